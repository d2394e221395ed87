package io.espalier.upkeep;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.config.RunPaths;
import io.espalier.table.TableSchema;
import io.espalier.table.TableSeals;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Decides what of a run is needed; touches nothing. */
final class Unneeded {
  /**
   * Whose older versions people read by its change feed, and traces from sequences to documents
   * too.
   */
  private static final Set<String> WITH_HISTORY =
      Set.of(TableSchema.DOCUMENTS.name(), TableSchema.REJECTIONS.name());

  private Unneeded() {}

  /**
   * Checkpoints that are older than the newest ones of their model and that nothing names.
   *
   * @param keep how many of each model are newest
   */
  static List<Found> checkpoints(CheckpointCatalogue catalogue, References references, int keep) {
    Map<String, List<Found>> byModel =
        catalogue.found().stream().collect(Collectors.groupingBy(Found::name));
    Set<String> kept = new HashSet<>(references.figures());
    references.experts().forEach(expert -> kept.add(expert.hash()));
    byModel
        .values()
        .forEach(
            all ->
                all.stream()
                    .sorted(
                        Comparator.comparingLong((Found found) -> found.manifest().step())
                            .reversed())
                    .limit(keep)
                    .forEach(found -> kept.add(found.hash())));
    addAncestors(catalogue, kept);
    return catalogue.found().stream().filter(found -> !kept.contains(found.hash())).toList();
  }

  private static void addAncestors(CheckpointCatalogue catalogue, Set<String> kept) {
    Map<String, Set<String>> parents =
        catalogue.found().stream()
            .collect(Collectors.toMap(Found::hash, Found::parents, (first, second) -> first));
    Deque<String> open = new ArrayDeque<>(kept);
    while (!open.isEmpty()) {
      for (String parent : parents.getOrDefault(open.pop(), Set.of())) {
        if (kept.add(parent)) {
          open.push(parent);
        }
      }
    }
  }

  /**
   * Every file that a checkpoint, or a version of a table that stays, has.
   *
   * @param items gets those of older versions of tables, which are known but not needed
   */
  static Set<String> known(
      Configuration configuration,
      RunPaths paths,
      RawFiles files,
      CheckpointCatalogue catalogue,
      References references,
      List<Garbage.Item> items) {
    Set<String> known = new HashSet<>();
    for (Found found : catalogue.found()) {
      String folder = files.relative(found.folder()).orElseThrow();
      known.add(folder + "/" + CheckpointFiles.MANIFEST);
      found.manifest().files().values().forEach(file -> known.add(folder + "/" + file.path()));
    }
    for (String name : TableFiles.names(files)) {
      String folder = "tables/" + name + "/";
      Set<String> needed =
          TableFiles.needed(
                  configuration,
                  files,
                  paths.table(name),
                  references.versionsOf(name),
                  damage -> {
                    throw damage;
                  })
              .keySet();
      known.addAll(needed);
      TableSeals commits = new TableSeals(configuration, paths.table(name));
      for (long version : commits.versions()) {
        for (String file : commits.added(version).keySet()) {
          String path = folder + file;
          boolean history = !needed.contains(path) && !WITH_HISTORY.contains(name);
          if (history && files.has(path) && known.add(path)) {
            items.add(
                new Garbage.Item(
                    "table",
                    path,
                    "of an older version, which nothing was made from",
                    files.length(path)));
          }
          known.add(path);
        }
      }
    }
    Set<String> checksums =
        known.stream()
            .map(path -> path.replaceFirst("([^/]+)$", ".$1.crc"))
            .collect(Collectors.toSet());
    known.addAll(checksums);
    files.paths().stream()
        .filter(path -> path.endsWith(".crc"))
        .filter(path -> files.has(path.replaceFirst("\\.([^/]+)\\.crc$", "$1")))
        .forEach(known::add);
    return known;
  }
}
