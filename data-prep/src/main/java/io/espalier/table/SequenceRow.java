package io.espalier.table;

/**
 * One training window without its domain and split, as {@link PinnedSequences} reads it.
 *
 * @param sequenceId position in its domain and split, from 0 without gaps
 * @param tokens token ids, little-endian, {@code sequence_length_tokens + 1} of them: unsigned 16
 *     bits each where the vocabulary has at most 65,536 entries, otherwise 32 bits; the array is
 *     the caller's to keep
 * @param tokenCount how many of them are real: {@code tokenCount - 1} are predicted, the rest is
 *     padding
 * @param bytes UTF-8 bytes of text that the predicted tokens stand for
 */
@SuppressWarnings("ArrayRecordComponent") // packed data, compared nowhere
public record SequenceRow(long sequenceId, byte[] tokens, int tokenCount, int bytes) {}
