package io.espalier.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a checkpoint comes from: enough to make it again. It holds no time and no host name, so
 * that the same training gives the same manifest.
 *
 * @param stage what made it, such as {@code train expert/legal} or {@code merge uniform}
 * @param configuration the resolved configuration
 * @param codeVersion version and commit of the code
 * @param tableVersions the Delta version of every table that was read, by table name; of {@code
 *     forest} the version of the forest
 * @param parents the checkpoints that it was made from; none for a model trained from scratch
 * @param seed the random seed
 * @param hardware what it was computed on
 */
public record Provenance(
    String stage,
    JsonNode configuration,
    String codeVersion,
    Map<String, Long> tableVersions,
    List<ParentCheckpoint> parents,
    long seed,
    Hardware hardware) {
  public Provenance {
    tableVersions = Collections.unmodifiableMap(new TreeMap<>(tableVersions));
    parents = List.copyOf(parents);
  }

  /** The same, which depends on this version of one more table. */
  public Provenance withTableVersion(String table, long version) {
    Map<String, Long> versions = new TreeMap<>(tableVersions);
    versions.put(table, version);
    return new Provenance(stage, configuration, codeVersion, versions, parents, seed, hardware);
  }

  /** The same, made from these checkpoints. */
  public Provenance withParents(List<ParentCheckpoint> newParents) {
    return new Provenance(
        stage, configuration, codeVersion, tableVersions, newParents, seed, hardware);
  }
}
