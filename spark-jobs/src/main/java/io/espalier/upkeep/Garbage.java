package io.espalier.upkeep;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * What of a run nothing needs any more.
 *
 * @param run the folder, as its reader types it
 * @param items what may go, checkpoints first
 * @param recent files that nothing needs either, but that were written so lately that they may be a
 *     commit under way
 */
public record Garbage(String run, List<Item> items, int recent) {

  /**
   * Files that go together.
   *
   * @param kind checkpoint, leftover, table or shard
   * @param path below the run's folder; of shards an absolute one
   * @param why nothing needs it
   * @param bytes that are freed
   */
  public record Item(String kind, String path, String why, long bytes) {}

  public Garbage {
    items = List.copyOf(items);
  }

  /** Bytes that are freed. */
  public long bytes() {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  /**
   * Looks for it, and removes it where asked. What a version of the forest, a figure or another
   * checkpoint that stays names is never among it, nor the newest checkpoint of any model. Whenever
   * it is interrupted, what is left is whole.
   *
   * @param keep newest checkpoints of each model that stay in any case, at least 1
   * @param untouched how long nothing may have been written to what a writer left
   * @throws FormatException if what refers to what can't be read: then nothing is removed
   */
  public static Garbage of(
      Configuration configuration, RunPaths paths, int keep, Duration untouched, boolean delete) {
    RawFiles files = RawFiles.of(configuration, paths.root());
    CheckpointCatalogue checkpoints = CheckpointCatalogue.of(configuration, paths.checkpoint(""));
    References references =
        References.of(configuration, paths, files, checkpoints, Garbage::refuse);
    long before = Instant.now().minus(untouched).toEpochMilli();
    List<Item> items = new ArrayList<>();
    Set<String> going = new HashSet<>();
    List<Found> older = Unneeded.checkpoints(checkpoints, references, keep);
    for (Found found : older) {
      String folder = files.relative(found.folder()).orElseThrow();
      List<String> inside = files.below(folder);
      going.addAll(inside);
      items.add(
          new Item(
              "checkpoint",
              folder,
              "older than the newest %s, and nothing was made from it"
                  .formatted(keep == 1 ? "one" : Integer.toString(keep)),
              inside.stream().mapToLong(files::length).sum()));
    }
    Set<String> known = Unneeded.known(configuration, paths, files, checkpoints, references, items);
    known.addAll(going);
    Map<Boolean, List<String>> leftByAge =
        files.paths().stream()
            .filter(path -> !known.contains(path) && Orphans.isLeftByWriters(path))
            .collect(Collectors.partitioningBy(path -> files.modifiedMillis(path) <= before));
    for (String path : leftByAge.getOrDefault(true, List.of())) {
      items.add(new Item("leftover", path, "of no version and no checkpoint", files.length(path)));
    }
    List<Item> shards = shards(configuration, paths, references);
    items.addAll(shards);
    if (delete) { // Only now: what comes upon damage has removed nothing.
      older.forEach(found -> CheckpointCatalogue.delete(configuration, found));
      items.stream()
          .filter(item -> item.kind().equals("leftover") || item.kind().equals("table"))
          .forEach(item -> files.deleteWithChecksums(item.path()));
      shards.forEach(shard -> delete(Path.of(shard.path())));
    }
    int recent = leftByAge.getOrDefault(false, List.of()).size();
    return new Garbage(RunPaths.shown(paths.root()), items, recent);
  }

  private static void refuse(Problem problem) {
    throw new FormatException(
        "%s %s; espalier fsck says more".formatted(problem.path(), problem.what()));
  }

  /** This machine's copies of sequences in versions that nothing was made from. */
  private static List<Item> shards(
      Configuration configuration, RunPaths paths, References references) {
    List<Item> shards = new ArrayList<>();
    Set<Long> pinned = references.versionsOf(TableSchema.SEQUENCES.name());
    for (Path file : LocalShards.ofOtherVersions(configuration, paths, pinned)) {
      try {
        shards.add(
            new Item(
                "shard",
                file.toString(),
                "this machine's copy of sequences that nothing was made from",
                Files.size(file)));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot look at " + file, e);
      }
    }
    return shards;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }
}
