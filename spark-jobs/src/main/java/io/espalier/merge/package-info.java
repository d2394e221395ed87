/**
 * Merging: one checkpoint out of the experts' checkpoints. Merge methods and rules for weights are
 * families; the streaming merger is the machinery that all of them share.
 *
 * <p>May import {@code config}, {@code checkpoint} and {@code forest}.
 *
 * <p>Why threads take turns at each input: every input is one file that is read, and checked, from
 * its beginning to its end, once. A thread takes the next block of the output, fetches the block
 * from one input after the other, and merges it, while the thread with the following block is one
 * input behind it. So all cores read, check and compute at once, nobody waits for a slowest input,
 * and memory is one block per input and thread.
 *
 * <p>Why float64: weights are read as the checkpoints have them and added up in float64, so the
 * order of the experts and the number of threads don't show in float32 results, and an average of
 * equal values is that value. In float64 checkpoints, where there is nothing wider to add up in,
 * values that all experts share are taken as they are.
 *
 * <p>Why inputs are checked by their pieces' CRC-32C, as every reader does it, and not by SHA-256:
 * that finds no more damage, and took three of the five seconds of processor time for 4 GB. Whoever
 * wants it has {@code inspect --audit}.
 *
 * <p>Why the experts are added in the order of their hashes: then the order in which they are
 * listed can't change a bit.
 */
@NullMarked
package io.espalier.merge;

import org.jspecify.annotations.NullMarked;
