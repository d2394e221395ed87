/**
 * Pure text work: documents, cleaning, filters, byte-level BPE, tokenizer files, packing.
 *
 * <p>May import {@code config}, Jackson and DJL's Hugging Face tokenizer, never Spark: a stage in
 * {@code prep} calls one of these per partition, and everything here is tested without a cluster.
 *
 * <p>Why a BPE trainer of our own: the library that encodes has no trainer behind its Java API, and
 * training from counts of pre-tokens is what lets Spark do the counting. Its merges are those of
 * Hugging Face {@code tokenizers}, tie for tie, so a tokenizer doesn't depend on who trained it.
 *
 * <p>Why a table of character classes instead of {@link java.lang.Character}: the JDK's Unicode
 * version differs from the reference's, and pre-tokens counted by other classes than those used for
 * encoding would give merges that encoding never reaches.
 */
@NullMarked
package io.espalier.text;

import org.jspecify.annotations.NullMarked;
