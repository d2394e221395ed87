package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Result;
import io.espalier.table.LatestRows;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A finished run's checkpoints and priors, found without Spark. */
final class FinishedRun {
  private FinishedRun() {}

  /**
   * The newest checkpoint of a name.
   *
   * @throws ConfigException if there is none
   */
  static Checkpoint latest(Experiment experiment, String name) {
    return folder(experiment, name)
        .latest()
        .orElseThrow(
            () ->
                new ConfigException(
                    "There is no checkpoint %s in %s; espalier inspect lists what is there"
                        .formatted(name, RunPaths.shown(experiment.paths().root()))));
  }

  /**
   * An expert that takes part.
   *
   * @param name of its checkpoint: {@code expert/legal}
   */
  record ActiveExpert(String domain, String name, Checkpoint checkpoint) {}

  /** Those of the forest's newest version, by domain; none if there is no forest. */
  static List<ActiveExpert> activeExperts(Experiment experiment) {
    List<Map<String, Object>> rows =
        LatestRows.of(
            experiment.paths().table("forest"),
            List.of("version", "domain", "checkpoint", "checkpoint_hash", "status"),
            experiment.hadoopSettings());
    long version = rows.stream().mapToLong(row -> version(row)).max().orElse(0);
    return rows.stream()
        .filter(row -> version(row) == version && text(row, "status").equals("active"))
        .map(row -> expert(experiment, row))
        .sorted(Comparator.comparing(ActiveExpert::domain))
        .toList();
  }

  private static ActiveExpert expert(Experiment experiment, Map<String, Object> row) {
    String name = text(row, "checkpoint");
    return new ActiveExpert(
        text(row, "domain"), name, withHash(experiment, name, text(row, "checkpoint_hash")));
  }

  /**
   * How probable each expert is for a domain, as its validation text decided: what evaluation wrote
   * into the table results.
   *
   * @param experts by name
   * @throws ConfigException if there are no such figures of all of them
   */
  static Map<String, Double> cachedPrior(
      Experiment experiment, String domain, Map<String, Checkpoint> experts) {
    List<Map<String, Object>> rows =
        LatestRows.of(
            experiment.paths().table("results"),
            List.of("model", "domain", "metric", "value", "checkpoint_hash"),
            experiment.hadoopSettings());
    Map<String, Double> prior = new TreeMap<>();
    for (Map<String, Object> row : rows) {
      Checkpoint expert = experts.get(text(row, "model"));
      if (expert != null
          && text(row, "domain").equals(domain)
          && text(row, "metric").equals(Result.CACHED_PRIOR)
          && text(row, "checkpoint_hash").equals(expert.hash())) {
        prior.put(text(row, "model"), (Double) Objects.requireNonNull(row.get("value")));
      }
    }
    if (!prior.keySet().equals(experts.keySet())) {
      throw new ConfigException(
          "domain is %s but %s has no cached prior of it for the %d active experts; a domain of the table that espalier evaluate prints would work"
              .formatted(domain, RunPaths.shown(experiment.paths().root()), experts.size()));
    }
    return prior;
  }

  private static String text(Map<String, Object> row, String column) {
    return (String) Objects.requireNonNull(row.get(column));
  }

  private static long version(Map<String, Object> row) {
    return (Long) Objects.requireNonNull(row.get("version"));
  }

  private static Checkpoint withHash(Experiment experiment, String name, String hash) {
    return folder(experiment, name).all().stream()
        .filter(checkpoint -> checkpoint.hash().equals(hash))
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    "The forest's %s has hash %s, but there is no such checkpoint in %s"
                        .formatted(name, hash, folder(experiment, name).location())));
  }

  private static CheckpointFolder folder(Experiment experiment, String name) {
    return CheckpointFolder.open(
        experiment.hadoopConfiguration(), experiment.paths().checkpoint(name));
  }
}
