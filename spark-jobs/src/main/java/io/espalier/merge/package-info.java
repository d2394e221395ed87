/**
 * Merging: one checkpoint out of the experts' checkpoints. Merge methods and rules for weights are
 * families; the streaming merger is the machinery that all of them share.
 *
 * <p>May import {@code config}, {@code checkpoint} and {@code forest}.
 *
 * <p>A method is a record of its settings that gives a rule for each tensor. A rule may first ask
 * for passes over the whole tensor that gather statistics, then merges elements, each by itself.
 * TIES, DARE and Breadcrumbs are task arithmetic with another trim; SLERP, Karcher and Model Stock
 * are weighted sums whose coefficients follow from the dot products of the inputs.
 *
 * <p>Two ways through the files. Methods without statistics read every input once, from its
 * beginning to its end: a thread takes the next block of the output, fetches the block from one
 * input after the other, and merges it, while the thread with the following block is one input
 * behind it. So all cores read, check and compute at once, nobody waits for a slowest input, and
 * memory is one block per input and thread. Methods with statistics go tensor by tensor: a tensor
 * of which all inputs fit into memory's share is read once and kept, a larger one is read again in
 * each pass, mostly from the system's cache. Exactness is worth the second read: a threshold from a
 * sample would be another method than the papers'.
 *
 * <p>Why the same bytes come out whatever the threads and the memory: sums over a tensor are added
 * up chunk by chunk in the order of the chunks, whose size is fixed, and a rank of magnitudes is
 * found by counting, which has no order: 16 leading bits of all elements, then the 15 behind them
 * of those in the bucket that holds the rank. Magnitudes are compared as float32, as mergekit does;
 * of equal ones at the border all are kept, as the papers' thresholds have it, where mergekit's
 * sort keeps some.
 *
 * <p>Why float64: weights are read as the checkpoints have them and added up in float64, so the
 * order of the experts doesn't show in float32 results, and an average of equal values is that
 * value. In float64 checkpoints, where there is nothing wider to add up in, values that all experts
 * share are taken as they are. (mergekit computes in the checkpoints' type; golden files agree
 * within 5e-7 in float32.)
 *
 * <p>Why inputs are checked by their pieces' CRC-32C, as every reader does it, and not by SHA-256:
 * that finds no more damage, and took three of the five seconds of processor time for 4 GB. Whoever
 * wants it has {@code inspect --audit}.
 *
 * <p>Why the experts are added in the order of their hashes: then the order in which they are
 * listed can't change a bit. Experts of weight 0 have no say and aren't read.
 *
 * <p>Why DARE divides by the probability, as its paper does, and not by the trimmed tensor's norm,
 * as mergekit does: the expectation stays, and one pass is enough.
 *
 * <p>Why greedy soup is a rule for weights: it decides who takes part, by trying averages on
 * validation text; how values become one is the method's affair, and any method can be tried so.
 *
 * <p>Why there is no Fisher- or RegMean-style merge: both need gradients or activations of every
 * expert on its own text, which no checkpoint has; that would be a pass of training-like cost
 * before the merge, where all methods here need nothing but weights.
 *
 * <p>Why a merge can be resumed: of a large model it takes long. The output grows in its attempt's
 * folder with a journal of checksums; the next process with the same {@link
 * io.espalier.merge.MergePlan#key} compares them and goes on behind the last whole tensor. It is
 * never taken for a checkpoint: there is no manifest. On object stores, where files can't grow, it
 * begins again.
 */
@NullMarked
package io.espalier.merge;

import org.jspecify.annotations.NullMarked;
