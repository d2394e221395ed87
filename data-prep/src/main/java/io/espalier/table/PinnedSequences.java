package io.espalier.table;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.KernelException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.expressions.And;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterator;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * One version of the sequences table, read with Delta Kernel and without Spark: in a task, in a
 * bench, in a test.
 *
 * <p>Memory: one batch of 256 windows at a time. One thread at a time; open one per thread.
 */
public final class PinnedSequences {
  /** Windows per batch: 256 × 4 KB of tokens is a megabyte, large enough to be fast. */
  private static final String BATCH_ROWS = "256";

  private final Engine engine;
  private final Snapshot snapshot;
  private final String path;

  private PinnedSequences(Engine engine, Snapshot snapshot, String path) {
    this.engine = engine;
    this.snapshot = snapshot;
    this.path = path;
  }

  /**
   * Opens one version.
   *
   * @param tablePath folder of the table as a URI
   * @param hadoopSettings settings of the file system, see {@link DeltaSession#hadoopSettings};
   *     empty on a local disk
   * @throws FormatException if there is no such table or version
   */
  public static PinnedSequences open(
      String tablePath, long version, Map<String, String> hadoopSettings) {
    Engine engine = engine(hadoopSettings);
    try {
      Snapshot snapshot = TableManager.loadSnapshot(tablePath).atVersion(version).build(engine);
      return new PinnedSequences(engine, snapshot, tablePath);
    } catch (KernelException e) {
      throw new FormatException(
          "Table %s cannot be read at version %d: %s".formatted(tablePath, version, e.getMessage()),
          e);
    }
  }

  /**
   * Opens the version that is the newest now, and stays with it; nothing where the table was never
   * written. Parameters as of {@link #open}.
   */
  public static Optional<PinnedSequences> openLatest(
      String tablePath, Map<String, String> hadoopSettings) {
    Engine engine = engine(hadoopSettings);
    try {
      Snapshot snapshot = TableManager.loadSnapshot(tablePath).build(engine);
      return Optional.of(new PinnedSequences(engine, snapshot, tablePath));
    } catch (TableNotFoundException e) {
      return Optional.empty();
    }
  }

  private static Engine engine(Map<String, String> hadoopSettings) {
    Configuration configuration = DeltaSession.configuration(hadoopSettings);
    configuration.set("delta.kernel.default.parquet.reader.batch-size", BATCH_ROWS);
    return DefaultEngine.create(configuration);
  }

  /** Identity of the table: a table that is deleted and made again at its path has another. */
  public String tableId() {
    return ((SnapshotImpl) snapshot).getMetadata().getId();
  }

  public long version() {
    return snapshot.getVersion();
  }

  /** What the table holds, sorted by domain and split. Reads two narrow columns of every file. */
  public List<SequenceCounts> counts() {
    var scan =
        new KernelScan(
            engine, snapshot, List.of("domain", "split", "token_count", "bytes"), Optional.empty());
    Map<List<String>, SequenceCounts> counts =
        new TreeMap<>(
            Comparator.comparing((List<String> k) -> k.get(0)).thenComparing(k -> k.get(1)));
    for (Row file : scan.files()) {
      forEachRow(scan.read(file), (columns, row) -> count(columns, row, counts));
    }
    return List.copyOf(counts.values());
  }

  /**
   * The data files of every split of every domain. A file is never changed, so that a split is the
   * same text in two versions that have the same files of it.
   *
   * @return domain and split → paths
   */
  public Map<List<String>, Set<String>> dataFiles() {
    Map<List<String>, Set<String>> files = new HashMap<>();
    for (Row file : new KernelScan(engine, snapshot, List.of(), Optional.empty()).files()) {
      Map<String, String> partition = InternalScanFileUtils.getPartitionValues(file);
      files
          .computeIfAbsent(
              List.of(partition.getOrDefault("domain", ""), partition.getOrDefault("split", "")),
              key -> new TreeSet<>())
          .add(InternalScanFileUtils.getAddFileStatus(file).getPath());
    }
    return files;
  }

  /**
   * The windows of one split of one domain in the order of their ids; empty where there are none.
   * The caller closes the reader.
   *
   * @throws FormatException while reading, if an id is missing or there twice
   */
  public SequenceReader read(String domain, String split) {
    Predicate partition = new And(equal("domain", domain), equal("split", split));
    var scan =
        new KernelScan(
            engine,
            snapshot,
            List.of("sequence_id", "tokens", "token_count", "bytes"),
            Optional.of(partition));
    List<Row> files = scan.files();
    String name = "%s version %d, domain %s, split %s".formatted(path, version(), domain, split);
    return new SequenceReader(name, scan, files.size() < 2 ? files : inOrder(files, partition));
  }

  /** Calls the action with each window of one split of one domain in the order of their ids. */
  public void forEach(String domain, String split, Consumer<SequenceRow> action) {
    try (SequenceReader reader = read(domain, split)) {
      reader.forEachRemaining(action);
    }
  }

  /** Files sorted by their first id: a file holds a run of consecutive ids. */
  private List<Row> inOrder(List<Row> files, Predicate partition) {
    var ids = new KernelScan(engine, snapshot, List.of("sequence_id"), Optional.of(partition));
    Map<Long, Row> byFirstId = new TreeMap<>();
    for (Row file : files) {
      firstId(ids, file).ifPresent(id -> byFirstId.put(id, file));
    }
    return List.copyOf(byFirstId.values());
  }

  private static Optional<Long> firstId(KernelScan ids, Row file) {
    try (var batches = ids.read(file)) {
      while (batches.hasNext()) {
        ColumnarBatch batch = batches.next().getData();
        if (batch.getSize() > 0) {
          return Optional.of(batch.getColumnVector(0).getLong(0));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void count(
      ColumnarBatch columns, int row, Map<List<String>, SequenceCounts> counts) {
    String domain = columns.getColumnVector(0).getString(row);
    String split = columns.getColumnVector(1).getString(row);
    long tokens = columns.getColumnVector(2).getInt(row) - 1L;
    long bytes = columns.getColumnVector(3).getInt(row);
    counts.merge(
        List.of(domain, split),
        new SequenceCounts(domain, split, 1, tokens, bytes),
        SequenceCounts::plus);
  }

  private static Predicate equal(String column, String value) {
    return new Predicate("=", new Column(column), Literal.ofString(value));
  }

  private interface RowAction {
    void accept(ColumnarBatch columns, int row);
  }

  private static void forEachRow(
      CloseableIterator<FilteredColumnarBatch> batches, RowAction action) {
    try (batches) {
      while (batches.hasNext()) {
        FilteredColumnarBatch batch = batches.next();
        Optional<ColumnVector> selected = batch.getSelectionVector();
        for (int row = 0; row < batch.getData().getSize(); row++) {
          if (SequenceReader.isSelected(selected, row)) {
            action.accept(batch.getData(), row);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
