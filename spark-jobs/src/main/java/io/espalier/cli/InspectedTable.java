package io.espalier.cli;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.types.StructField;
import io.delta.kernel.utils.CloseableIterator;
import io.espalier.config.ConfigException;
import io.espalier.table.KernelScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/**
 * One version of a Delta table, read with Delta Kernel: no Spark session has to start for a look.
 *
 * @param path the table's folder
 * @param version the Delta version
 * @param written when that version was committed
 * @param files data files of that version
 * @param rows rows of that version
 * @param partitionedBy partition columns
 * @param columns name and type of every column
 * @param firstRows cells as text, shortened
 */
record InspectedTable(
    String path,
    long version,
    Instant written,
    int files,
    long rows,
    List<String> partitionedBy,
    List<Column> columns,
    List<List<String>> firstRows)
    implements Inspected {

  /** Name and type of a column. */
  record Column(String name, String type) {}

  /**
   * Looks at a table.
   *
   * @param version which version; empty for the newest
   * @param firstRows how many rows to show
   * @throws ConfigException if the table has no such version
   */
  static InspectedTable at(
      Configuration configuration, String path, OptionalLong version, int firstRows) {
    Engine engine = DefaultEngine.create(configuration);
    Snapshot snapshot = snapshot(engine, path, version);
    List<StructField> fields = snapshot.getSchema().fields();
    KernelScan everything =
        new KernelScan(
            engine, snapshot, fields.stream().map(StructField::getName).toList(), Optional.empty());
    KernelScan nothing = new KernelScan(engine, snapshot, List.of(), Optional.empty());
    List<Row> files = nothing.files();
    return new InspectedTable(
        path,
        snapshot.getVersion(),
        Instant.ofEpochMilli(snapshot.getTimestamp(engine)),
        files.size(),
        files.stream().mapToLong(file -> count(nothing, file)).sum(),
        snapshot.getPartitionColumnNames(),
        fields.stream().map(f -> new Column(f.getName(), f.getDataType().toString())).toList(),
        firstRows(everything, firstRows));
  }

  private static Snapshot snapshot(Engine engine, String path, OptionalLong version) {
    var table = TableManager.loadSnapshot(path);
    try {
      return version.isPresent()
          ? table.atVersion(version.getAsLong()).build(engine)
          : table.build(engine);
    } catch (KernelException e) {
      throw new ConfigException("%s can't be read: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Rows of a file: without columns, only the file's footer is read. */
  private static long count(KernelScan nothing, Row file) {
    long rows = 0;
    try (CloseableIterator<FilteredColumnarBatch> batches = nothing.read(file)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> selected = batches.next().getRows()) {
          while (selected.hasNext()) {
            selected.next();
            rows++;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static List<List<String>> firstRows(KernelScan everything, int limit) {
    List<List<String>> found = new ArrayList<>();
    for (Row file : everything.files()) {
      if (found.size() < limit) {
        addRows(everything, file, limit, found);
      }
    }
    return found;
  }

  private static void addRows(KernelScan scan, Row file, int limit, List<List<String>> found) {
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.read(file)) {
      while (found.size() < limit && batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          while (found.size() < limit && rows.hasNext()) {
            found.add(Cell.texts(rows.next()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toText() {
    TextTable schema = TextTable.of("Column", "Type");
    columns.forEach(
        c -> schema.row(c.name() + (partitionedBy.contains(c.name()) ? " *" : ""), c.type()));
    StringBuilder text = new StringBuilder();
    text.append("Table    %s%n".formatted(path));
    text.append("Version  %d, written %s%n".formatted(version, written));
    text.append("Rows     %d in %d files%n%n".formatted(rows, files));
    text.append(schema.toText());
    text.append(partitionedBy.isEmpty() ? "" : "* the table is partitioned by this column\n");
    if (!firstRows.isEmpty()) {
      TextTable rowTable = TextTable.of(columns.stream().map(Column::name).toList());
      firstRows.forEach(rowTable::row);
      text.append("\nFirst rows\n").append(rowTable.toText());
    }
    return text.toString();
  }
}
