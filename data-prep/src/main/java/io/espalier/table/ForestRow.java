package io.espalier.table;

import java.time.Instant;
import java.util.List;

/**
 * One expert of one version of the forest. The table keeps every version.
 *
 * @param version of the forest, from 1
 * @param checkpoint name, such as {@code expert/legal}; {@code expert/legal@2} is the domain's
 *     second expert
 * @param checkpointHash SHA-256 of its manifest
 * @param parents hashes of the checkpoints it branched from
 * @param dataVersion version of the sequences table it was trained on
 * @param status {@code active}, {@code retired} or {@code deleted}
 * @param branchPoint what it began with: {@code seed}, {@code uniform}, {@code nearest}, …; {@code
 *     expert} where it goes on from the domain's expert before it
 * @param tokens target positions it has learned from, its parents' included
 * @param change what made this version, in words; the same in all rows of the version
 * @param recordedAt when this version was made; the same in all rows of the version
 * @param deleted of a deleted expert: hashes of the checkpoints that were deleted with it
 */
public record ForestRow(
    long version,
    String domain,
    String checkpoint,
    String checkpointHash,
    List<String> parents,
    long dataVersion,
    String status,
    String branchPoint,
    long tokens,
    String change,
    Instant recordedAt,
    List<String> deleted) {}
