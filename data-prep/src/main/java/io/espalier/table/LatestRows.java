package io.espalier.table;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.LongType;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Some columns of the newest version of a table, read with Delta Kernel and without Spark. */
public final class LatestRows {
  private LatestRows() {}

  /**
   * Reads them, of a table that is small by nature; empty where it was never written.
   *
   * @param tablePath folder of the table as a URI
   * @param columns of text, long or double
   * @param hadoopSettings settings of the file system
   * @return column → {@code String}, {@code Long} or {@code Double} of each row, in no order
   * @throws FormatException if the table has no such column
   */
  public static List<Map<String, Object>> of(
      String tablePath, List<String> columns, Map<String, String> hadoopSettings) {
    List<Map<String, Object>> rows = new ArrayList<>();
    forEach(tablePath, columns, hadoopSettings, rows::add);
    return rows;
  }

  /** As {@link #of}, row after row: for tables of any size. */
  public static void forEach(
      String tablePath,
      List<String> columns,
      Map<String, String> hadoopSettings,
      Consumer<Map<String, Object>> action) {
    Engine engine = DefaultEngine.create(DeltaSession.configuration(hadoopSettings));
    Snapshot snapshot;
    try {
      snapshot = TableManager.loadSnapshot(tablePath).build(engine);
    } catch (TableNotFoundException e) {
      return;
    }
    for (String column : columns) {
      if (snapshot.getSchema().indexOf(column) < 0) {
        throw new FormatException("Table %s has no column %s".formatted(tablePath, column));
      }
    }
    KernelScan scan = new KernelScan(engine, snapshot, columns, Optional.empty());
    for (Row file : scan.files()) {
      read(scan, file, columns, action);
    }
  }

  /** A row's text. */
  public static String text(Map<String, Object> row, String column) {
    return String.valueOf(row.get(column));
  }

  /** A row's whole number; 0 where it has none. */
  public static long number(Map<String, Object> row, String column) {
    return row.get(column) instanceof Long number ? number : 0;
  }

  private static void read(
      KernelScan scan, Row file, List<String> columns, Consumer<Map<String, Object>> action) {
    try (var batches = scan.read(file)) {
      while (batches.hasNext()) {
        FilteredColumnarBatch batch = batches.next();
        for (int row = 0; row < batch.getData().getSize(); row++) {
          if (SequenceReader.isSelected(batch.getSelectionVector(), row)) {
            Map<String, Object> values = new HashMap<>();
            for (int column = 0; column < columns.size(); column++) {
              values.put(columns.get(column), value(batch.getData().getColumnVector(column), row));
            }
            action.accept(values);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Object value(ColumnVector column, int row) {
    if (column.isNullAt(row)) {
      return "";
    }
    if (column.getDataType() instanceof LongType) {
      return column.getLong(row);
    }
    return column.getDataType() instanceof DoubleType
        ? (Object) column.getDouble(row)
        : column.getString(row);
  }
}
