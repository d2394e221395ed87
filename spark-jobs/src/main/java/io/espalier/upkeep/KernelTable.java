package io.espalier.upkeep;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.utils.CloseableIterator;
import io.espalier.config.FormatException;
import io.espalier.table.KernelScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * A table read by Delta Kernel.
 *
 * @param location its folder
 */
record KernelTable(Engine engine, String location) {
  static KernelTable at(Configuration configuration, String location) {
    return new KernelTable(DefaultEngine.create(configuration), location);
  }

  /**
   * Data files of one version → their length, by location.
   *
   * @throws FormatException if the version can't be read
   */
  Map<String, Long> files(OptionalLong version) {
    return reading(
        () -> {
          Map<String, Long> files = new TreeMap<>();
          KernelScan scan = new KernelScan(engine, snapshot(version), List.of(), Optional.empty());
          for (Row file : scan.files()) {
            var status = InternalScanFileUtils.getAddFileStatus(file);
            files.put(status.getPath(), status.getSize());
          }
          return files;
        });
  }

  /**
   * The newest version's rows, seen as something else.
   *
   * @param columns that rows have, in this order; one that the table lacks ends it with no rows
   * @throws FormatException if the table can't be read
   */
  <T> List<T> rows(List<String> columns, Function<Row, T> as) {
    return reading(
        () -> {
          Snapshot snapshot = snapshot(OptionalLong.empty());
          Set<String> there = new HashSet<>(snapshot.getSchema().fieldNames());
          List<T> found = new ArrayList<>();
          if (there.containsAll(columns)) {
            KernelScan scan = new KernelScan(engine, snapshot, columns, Optional.empty());
            for (Row file : scan.files()) {
              addRows(scan, file, as, found);
            }
          }
          return found;
        });
  }

  private static <T> void addRows(KernelScan scan, Row file, Function<Row, T> as, List<T> to) {
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.read(file)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(row -> to.add(as.apply(row)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Snapshot snapshot(OptionalLong version) {
    var table = TableManager.loadSnapshot(location);
    return version.isPresent()
        ? table.atVersion(version.getAsLong()).build(engine)
        : table.build(engine);
  }

  private interface Reading<T> {
    T read();
  }

  /** Kernel throws whatever its parsers throw at bytes that they don't expect. */
  private <T> T reading(Reading<T> reading) {
    try {
      return reading.read();
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new FormatException("%s can't be read: %s".formatted(location, why), e);
    }
  }
}
