package io.espalier.report;

import java.util.List;

/**
 * A checkpoint and where it came from.
 *
 * @param checkpoint its name
 * @param step updates behind it; 0 for an average
 * @param hash SHA-256 of its manifest
 * @param parents names of the checkpoints it was branched or averaged from
 * @param dataVersion version of the table {@code sequences} it was trained on; −1 for an average
 */
public record CheckpointNode(
    String checkpoint, long step, String hash, List<String> parents, long dataVersion) {

  public CheckpointNode {
    parents = List.copyOf(parents);
  }
}
