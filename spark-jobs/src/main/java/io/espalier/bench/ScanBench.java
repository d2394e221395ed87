package io.espalier.bench;

import io.espalier.table.PinnedSequences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * Reading packed sequences as a training task does: one thread, Delta Kernel, windows in the order
 * of their ids, from a table that is generated for the purpose.
 */
public final class ScanBench {
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
    SparkSession spark = BenchSession.open("scan");
    try (BenchFolder folder = BenchFolder.temporary("scan")) {
      return measure(spark, folder.path(), megabytes, sequenceLengthTokens);
    }
  }

  private static BenchResult measure(
      SparkSession spark, Path folder, int megabytes, int sequenceLengthTokens) {
    int bytesPerWindow = (sequenceLengthTokens + 1) * Short.BYTES;
    long windows = Math.max(1, megabytes * 1_000_000L / bytesPerWindow);
    GeneratedSequences table =
        GeneratedSequences.write(
            spark,
            folder,
            new GeneratedSequences.Size(1, windows, sequenceLengthTokens, VOCABULARY_SIZE));
    long bytes = table.bytes();

    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("token_megabytes", Timed.rounded(Timed.megabytes(bytes)));
    figures.put("stored_megabytes", Timed.rounded(Timed.megabytes(storedBytes(folder))));
    figures.put("sequences", windows);
    figures.put("sequence_length_tokens", sequenceLengthTokens);
    Timed first = scan(table);
    Timed best = first;
    for (int round = 1; round < ROUNDS; round++) {
      Timed next = scan(table);
      best = next.cpuSeconds() < best.cpuSeconds() ? next : best;
    }
    figures.put("first_scan_megabytes_per_second", first.megabytesPerSecond(bytes));
    figures.put("scan_megabytes_per_second", best.megabytesPerSecond(bytes));
    figures.put("scan_megabytes_per_cpu_second", best.megabytesPerCpuSecond(bytes));
    figures.put("scan_sequences_per_second", Timed.rounded(windows / best.wallSeconds()));
    return new BenchResult("scan", figures);
  }

  private static Timed scan(GeneratedSequences table) {
    long[] bytes = new long[1];
    Timed timed =
        Timed.of(
            () ->
                PinnedSequences.open(table.path(), table.version(), Map.of())
                    .forEach(
                        GeneratedSequences.domain(0),
                        GeneratedSequences.SPLIT,
                        row -> bytes[0] += row.tokens().length));
    if (bytes[0] != table.bytes()) {
      throw new IllegalStateException(
          "Wrote %d bytes of tokens but read %d".formatted(table.bytes(), bytes[0]));
    }
    return timed;
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
}
