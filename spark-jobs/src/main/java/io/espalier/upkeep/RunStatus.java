package io.espalier.upkeep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * How a run stands, from its folder alone: what its driver said last, and every model by its newest
 * checkpoint.
 *
 * @param run the folder, as its reader types it
 * @param live what the newest driver said last; nothing if none ever did
 * @param forestVersion the newest; 0 where there is none
 * @param models by name
 * @param damaged manifests that aren't whole, one sentence each
 */
public record RunStatus(
    String run,
    Optional<LiveStatus> live,
    long forestVersion,
    List<Model> models,
    List<String> damaged) {

  /**
   * One model.
   *
   * @param checkpoints that it has
   * @param step of the newest: updates since the beginning of training, parents' included
   * @param writtenMillis when the newest was committed, since 1970
   * @param loss of its last recorded update; NaN where it wasn't trained
   * @param spikes that the guard went back at
   * @param active whether the newest version of the forest has it
   */
  public record Model(
      String name,
      int checkpoints,
      long step,
      long writtenMillis,
      double loss,
      int spikes,
      boolean active) {}

  public RunStatus {
    models = List.copyOf(models);
    damaged = List.copyOf(damaged);
  }

  /** Looks at a run that may be at work. */
  public static RunStatus of(Configuration configuration, RunPaths paths) {
    Optional<LiveStatus> live = LiveStatus.read(configuration, paths);
    List<String> damaged = new ArrayList<>();
    CheckpointCatalogue catalogue =
        CheckpointCatalogue.of(
            configuration,
            paths.checkpoint(""),
            damage -> damaged.add(String.valueOf(damage.getMessage())));
    RawFiles files = RawFiles.of(configuration, paths.root());
    References references =
        References.of(
            configuration,
            paths,
            files,
            catalogue,
            problem -> damaged.add(problem.path() + " " + problem.what()));
    Map<String, List<Found>> byName =
        catalogue.found().stream()
            .collect(Collectors.groupingBy(Found::name, TreeMap::new, Collectors.toList()));
    return new RunStatus(
        RunPaths.shown(paths.root()),
        live,
        references.forestVersion(),
        byName.values().stream().map(all -> model(configuration, files, all, references)).toList(),
        damaged);
  }

  private static long step(Found found) {
    return found.manifest().step();
  }

  private static Model model(
      Configuration configuration, RawFiles files, List<Found> all, References references) {
    Found newest = all.stream().max(Comparator.comparingLong(RunStatus::step)).orElseThrow();
    Optional<JsonNode> metrics;
    try {
      metrics = CheckpointCatalogue.json(configuration, newest, CheckpointFiles.METRICS);
    } catch (FormatException e) {
      metrics = Optional.empty(); // Pruned since it was listed; the next look has the one behind.
    }
    JsonNode rows = metrics.map(json -> json.path("rows")).orElseGet(MissingNode::getInstance);
    String manifest =
        files.relative(newest.folder()).orElseThrow() + "/" + CheckpointFiles.MANIFEST;
    return new Model(
        newest.name(),
        all.size(),
        step(newest),
        files.modifiedMillis(manifest),
        rows.path(rows.size() - 1).path("loss").asDouble(Double.NaN),
        metrics.map(json -> json.path("rewinds").size()).orElse(0),
        references.isActive(newest.hash()));
  }
}
