/**
 * Pure text work: documents, cleaning, edits, filters, byte-level BPE, tokenizer files, packing.
 *
 * <p>May import {@code config}, Jackson, jsoup, OpenNLP and DJL's Hugging Face tokenizer, never
 * Spark: a stage in {@code prep} calls one of these per partition, and everything here is tested
 * without a cluster.
 *
 * <p>Why a BPE trainer of our own: the library that encodes has no trainer behind its Java API, and
 * training from counts of pre-tokens is what lets Spark do the counting. Its merges are those of
 * Hugging Face {@code tokenizers}, tie for tie, so a tokenizer doesn't depend on who trained it.
 *
 * <p>Why a table of character classes instead of {@link java.lang.Character}: the JDK's Unicode
 * version differs from the reference's, and pre-tokens counted by other classes than those used for
 * encoding would give merges that encoding never reaches.
 *
 * <p>Why OpenNLP tells the language: of 2,798 texts of the damaged set in 15 languages (2026-11-25,
 * first 500 characters each, one thread of a busy machine) it named 99.4 % rightly at 1,896 texts
 * per second of processor time, with 12 MB of library and model. Lingua 1.2.2 in its low-accuracy
 * mode named 99.4 % at 329 texts per second, with 108 MB (Kotlin and fastutil among them), and
 * missed 15 English texts where OpenNLP missed 6, four of them empty; the language-detector of
 * Optimaize named 98.1 % at 4,223, but took 24 of 140 foreign texts for English, and is no longer
 * kept. What OpenNLP gets wrong is Indonesian, which it calls Sundanese or Malay: not English.
 */
@NullMarked
package io.espalier.text;

import org.jspecify.annotations.NullMarked;
