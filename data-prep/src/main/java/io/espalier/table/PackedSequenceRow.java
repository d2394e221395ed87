package io.espalier.table;

/**
 * One training window as it lies in the table of sequences, partitioned by domain and split; {@link
 * SequenceRow} says what the columns hold.
 */
@SuppressWarnings("ArrayRecordComponent") // packed data, compared nowhere
public record PackedSequenceRow(
    String domain, String split, long sequenceId, byte[] tokens, int tokenCount, int bytes) {}
