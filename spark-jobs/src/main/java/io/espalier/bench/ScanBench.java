package io.espalier.bench;

import io.espalier.table.DeltaSession;
import io.espalier.table.PackedSequenceRow;
import io.espalier.table.PinnedSequences;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reading packed sequences as a training task does: one thread, Delta Kernel, windows in the order
 * of their ids, from a table that is generated for the purpose.
 */
public final class ScanBench {
  private static final String DOMAIN = "bench";
  private static final String SPLIT = "train";
  private static final int VOCABULARY_SIZE = 8192;
  private static final int ROUNDS = 3;

  private ScanBench() {}

  /**
   * Writes a table into a temporary folder with a Spark session of its own or the running one,
   * reads it, and deletes it.
   *
   * @param megabytes size of the token ids
   * @param sequenceLengthTokens targets per window
   */
  public static BenchResult measure(int megabytes, int sequenceLengthTokens) {
    try {
      Path folder = Files.createTempDirectory("espalier-bench-scan");
      try {
        return measure(session(), folder, megabytes, sequenceLengthTokens);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BenchResult measure(
      SparkSession spark, Path folder, int megabytes, int sequenceLengthTokens) {
    int bytesPerWindow = (sequenceLengthTokens + 1) * Short.BYTES;
    long windows = Math.max(1, megabytes * 1_000_000L / bytesPerWindow);
    String path = folder.resolve(TableSchema.SEQUENCES.name()).toUri().toString();
    TableCommit commit =
        Table.at(spark, TableSchema.SEQUENCES, path)
            .overwrite(generated(spark, windows, sequenceLengthTokens), "bench", "");
    long bytes = windows * bytesPerWindow;

    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("token_megabytes", Timed.rounded(Timed.megabytes(bytes)));
    figures.put("stored_megabytes", Timed.rounded(Timed.megabytes(storedBytes(folder))));
    figures.put("sequences", windows);
    figures.put("sequence_length_tokens", sequenceLengthTokens);
    Timed first = scan(path, commit.version(), bytes);
    Timed best = first;
    for (int round = 1; round < ROUNDS; round++) {
      Timed next = scan(path, commit.version(), bytes);
      best = next.cpuSeconds() < best.cpuSeconds() ? next : best;
    }
    figures.put("first_scan_megabytes_per_second", first.megabytesPerSecond(bytes));
    figures.put("scan_megabytes_per_second", best.megabytesPerSecond(bytes));
    figures.put("scan_megabytes_per_cpu_second", best.megabytesPerCpuSecond(bytes));
    figures.put("scan_sequences_per_second", Timed.rounded(windows / best.wallSeconds()));
    return new BenchResult("scan", figures);
  }

  private static Timed scan(String path, long version, long expectedBytes) {
    long[] bytes = new long[1];
    Timed timed =
        Timed.of(
            () ->
                PinnedSequences.open(path, version, Map.of())
                    .forEach(DOMAIN, SPLIT, row -> bytes[0] += row.tokens().length));
    if (bytes[0] != expectedBytes) {
      throw new IllegalStateException(
          "Wrote %d bytes of tokens but read %d".formatted(expectedBytes, bytes[0]));
    }
    return timed;
  }

  private static Dataset<Row> generated(
      SparkSession spark, long windows, int sequenceLengthTokens) {
    return spark
        .range(0, windows, 1, 2)
        .map(
            (MapFunction<Long, Row>) id -> window(id, sequenceLengthTokens),
            Encoders.row(RecordRows.schema(PackedSequenceRow.class)));
  }

  private static Row window(long id, int sequenceLengthTokens) {
    int tokens = sequenceLengthTokens + 1;
    return RecordRows.toRow(
        new PackedSequenceRow(DOMAIN, SPLIT, id, tokens(id, tokens), tokens, tokens * 4));
  }

  /**
   * Ids as skewed as those of text: the frequent ones are small, so files compress as real ones.
   */
  private static byte[] tokens(long id, int count) {
    SplittableRandom random = new SplittableRandom(id);
    ByteBuffer out = ByteBuffer.allocate(count * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      out.putShort((short) (Math.pow(VOCABULARY_SIZE, random.nextDouble()) - 1));
    }
    return out.array();
  }

  private static SparkSession session() {
    SparkSession.Builder builder =
        SparkSession.builder().appName("espalier bench scan").config("spark.ui.enabled", "false");
    if (System.getProperty("spark.master") == null) {
      builder.master("local[2]");
    }
    DeltaSession.SETTINGS.forEach(builder::config);
    return builder.getOrCreate();
  }

  private static long storedBytes(Path folder) throws UncheckedIOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
