package io.espalier.text;

/**
 * One window of a stream of tokens.
 *
 * @param sequenceId 0-based position in the stream
 * @param tokens sequence length + 1 ids; those from {@code tokenCount} on are padding
 * @param tokenCount ids that are real; the first is only read, so one fewer is predicted
 * @param bytes UTF-8 bytes of text that the predicted tokens stand for
 */
@SuppressWarnings("ArrayRecordComponent") // A value to write down, never compared.
public record PackedSequence(long sequenceId, int[] tokens, int tokenCount, int bytes) {}
