package io.espalier.upkeep;

import io.espalier.config.RunPaths;
import io.espalier.table.PinnedSequences;
import io.espalier.table.TableSchema;
import io.espalier.table.TableSeals;
import io.espalier.train.LocalShard;
import io.espalier.train.ShardKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Copies of a run's sequences on this machine's disk, which training makes and can make again. */
final class LocalShards {
  private LocalShards() {}

  /** Files of versions of the table that are neither the newest nor among the pinned. */
  static List<Path> ofOtherVersions(Configuration configuration, RunPaths paths, Set<Long> pinned) {
    String table = paths.table(TableSchema.SEQUENCES.name());
    List<Long> versions = new TableSeals(configuration, table).versions();
    if (versions.isEmpty()) {
      return List.of();
    }
    long latest = versions.get(versions.size() - 1);
    Map<String, String> settings = new TreeMap<>();
    configuration.forEach(entry -> settings.put(entry.getKey(), entry.getValue()));
    String id = PinnedSequences.open(table, latest, settings).tableId();
    Set<List<String>> splits =
        new HashSet<>(
            KernelTable.at(configuration, table)
                .rows(
                    List.of("domain", "split"),
                    row -> List.of(row.getString(0), row.getString(1))));
    List<Path> files = new ArrayList<>();
    for (long version : versions) {
      if (version != latest && !pinned.contains(version)) {
        for (List<String> split : splits) {
          ShardKey key = new ShardKey(id, version, split.get(0), split.get(1));
          LocalShard.files(LocalShard.folderOfHost(), key).stream()
              .filter(Files::exists)
              .forEach(files::add);
        }
      }
    }
    return files;
  }
}
