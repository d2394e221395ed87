package io.espalier.table;

/**
 * What one checkpoint says of one sequence.
 *
 * @param checkpoint name: {@code seed}, {@code dense}, {@code expert/<domain>}, {@code
 *     merged/<name>}
 * @param checkpointHash SHA-256 of the checkpoint's manifest
 * @param sequencesVersion version of the sequences table that was scored
 * @param sequenceId as in the sequences table
 * @param logProbabilities natural-log probability of each real target token, little-endian float32,
 *     {@code token_count - 1} of them
 */
@SuppressWarnings("ArrayRecordComponent") // packed data, compared nowhere
public record ScoreRow(
    String checkpoint,
    String checkpointHash,
    long sequencesVersion,
    String domain,
    String split,
    long sequenceId,
    byte[] logProbabilities) {}
