package io.espalier.upkeep;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.table.TableSchema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Whether what checkpoints were made from is there: parents by hash, tables by version. */
final class Lineages {
  private Lineages() {}

  /**
   * Looks.
   *
   * @param latest newest version by table
   */
  static void of(
      CheckpointCatalogue checkpoints,
      References references,
      Map<String, Long> latest,
      Consumer<Problem> onProblem) {
    Set<String> hashes =
        checkpoints.found().stream()
            .map(Found::hash)
            .collect(Collectors.toCollection(HashSet::new));
    hashes.addAll(references.deleted());
    for (Found found : checkpoints.found()) {
      for (ParentCheckpoint parent : found.manifest().provenance().parents()) {
        if (!hashes.contains(parent.hash())) {
          onProblem.accept(
              inconsistent(
                  found,
                  "was made from %s, step %d, with the hash %s, which is nowhere in the run"
                      .formatted(parent.name(), parent.step(), parent.hash().substring(0, 12))));
        }
      }
      found
          .manifest()
          .provenance()
          .tableVersions()
          .forEach(
              (table, version) -> version(found, table, version, references, latest, onProblem));
    }
    for (References.NamedExpert expert : references.experts()) {
      boolean there =
          checkpoints.found().stream()
              .anyMatch(
                  found ->
                      found.hash().equals(expert.hash())
                          && found.name().equals(expert.checkpoint()));
      if (!there) {
        onProblem.accept(
            new Problem(
                "checkpoints/" + expert.checkpoint().replaceFirst("^expert/", "experts/"),
                Problem.Kind.MISSING,
                "has no checkpoint with the hash %s, which version %d of the forest names"
                    .formatted(expert.hash().substring(0, 12), expert.version()),
                "Put it back from a copy of the run, or espalier forest rollback to a version without it."));
      }
    }
  }

  private static void version(
      Found found,
      String table,
      long version,
      References references,
      Map<String, Long> latest,
      Consumer<Problem> onProblem) {
    long newest =
        table.equals(TableSchema.FOREST.name())
            ? references.forestVersion()
            : latest.getOrDefault(table, -1L);
    if (version > newest) {
      onProblem.accept(
          inconsistent(
              found,
              "was made from version %d of %s, whose newest is %d"
                  .formatted(version, table, newest)));
    }
  }

  private static Problem inconsistent(Found found, String what) {
    int below = found.folder().indexOf("/checkpoints/");
    String path = found.folder().substring(below + 1) + "/" + CheckpointFiles.MANIFEST;
    return new Problem(
        path, Problem.Kind.INCONSISTENT, what, "Put it back from a copy of the run.");
  }
}
