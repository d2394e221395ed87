package io.espalier.table;

import java.util.List;

/**
 * One expert of one version of the forest.
 *
 * @param version of the forest, from 1
 * @param checkpoint name, such as {@code expert/legal}
 * @param checkpointHash SHA-256 of its manifest
 * @param parents hashes of the checkpoints it branched from
 * @param dataVersion version of the sequences table it was trained on
 * @param status {@code active} or {@code retired}
 */
public record ForestRow(
    long version,
    String domain,
    String checkpoint,
    String checkpointHash,
    List<String> parents,
    long dataVersion,
    String status) {}
