package io.espalier.table;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Some columns of some files of one version of a table, through Delta Kernel.
 *
 * <p>Kernel leaves the way from a file in the log to rows to its user; this is that way and nothing
 * else. One thread at a time.
 */
public final class KernelScan {
  static {
    // Kernel's Parquet reader takes Hadoop's defaults, whatever the engine's settings say.
    Configuration.addDefaultResource("io/espalier/table/page-checksums.xml");
  }

  /** Of the table, without scheme and host. */
  private final String folder;

  private final Engine engine;
  private final Scan scan;
  private final Row state;

  /**
   * @param columns what to read, in this order
   * @param partitions a condition on partition columns alone: it chooses whole files
   */
  public KernelScan(
      Engine engine, Snapshot snapshot, List<String> columns, Optional<Predicate> partitions) {
    StructType schema = snapshot.getSchema();
    var builder =
        snapshot
            .getScanBuilder()
            .withReadSchema(new StructType(columns.stream().map(schema::get).toList()));
    this.folder = new Path(snapshot.getPath()).toUri().getPath();
    this.engine = engine;
    this.scan = partitions.map(builder::withFilter).orElse(builder).build();
    this.state = scan.getScanState(engine);
  }

  /**
   * The files that hold the rows, in the log's order, which means nothing.
   *
   * @throws FormatException if the log names a file outside of the table's folder: Delta allows it
   *     for shallow clones, Espalier makes none, and who can write a log must not choose what is
   *     read
   */
  public List<Row> files() {
    List<Row> files = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(file -> files.add(requireInside(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private Row requireInside(Row file) {
    Path path = new Path(InternalScanFileUtils.getAddFileStatus(file).getPath());
    if (!path.toUri().getPath().startsWith(folder + "/")) {
      throw new FormatException(
          "The log of %s names %s, which lies outside of the table's folder"
              .formatted(folder, path));
    }
    return file;
  }

  /** The rows of one file, batch by batch; the caller closes it. */
  public CloseableIterator<FilteredColumnarBatch> read(Row file) {
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(state);
    try {
      CloseableIterator<FileReadResult> batches =
          engine
              .getParquetHandler()
              .readParquetFiles(
                  Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                  physical,
                  Optional.empty());
      return Scan.transformPhysicalData(engine, state, file, batches.map(FileReadResult::getData));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read " + InternalScanFileUtils.getAddFileStatus(file).getPath(), e);
    }
  }
}
