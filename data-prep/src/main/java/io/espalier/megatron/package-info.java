/**
 * Tokenised corpora as Megatron-LM keeps them: {@code PREFIX.bin} holds the tokens of all
 * documents, {@code PREFIX.idx} says where each begins. Read and written on any Hadoop file system,
 * in constant memory per document.
 *
 * <p>May import {@code config} and Hadoop.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A file is believed only where everything agrees: header, length of both files, each offset
 *       with the length before it, each document with its sequences. What Megatron's own builder
 *       writes always does; anything else is damage and is named.
 *   <li>Opening reads the header and the ends, so that a wrong path is refused at once; the rest is
 *       held together by whoever reads it, range by range, without a pass of its own.
 *   <li>A document is read as one run of tokens: Megatron may keep sentences as sequences of their
 *       own, which mean nothing to a causal model.
 *   <li>The index is written last: a corpus without one isn't there.
 * </ul>
 */
@NullMarked
package io.espalier.megatron;

import org.jspecify.annotations.NullMarked;
