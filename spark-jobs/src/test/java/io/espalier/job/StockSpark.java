package io.espalier.job;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Spark 4.1.1 as it is distributed, from PyPI's package: the folder that the property {@code
 * espalier.stock.spark} names, or one that is downloaded once (450 MB).
 */
record StockSpark(Path home) {
  private static final Path ENVIRONMENT = Path.of("target/stock-spark").toAbsolutePath();

  /** What a process printed, and how it ended. */
  record Ended(int exitCode, String output) {}

  static StockSpark get() throws Exception {
    String given = System.getProperty("espalier.stock.spark", "");
    if (!given.isEmpty()) {
      return new StockSpark(Path.of(given));
    }
    if (!Files.isDirectory(ENVIRONMENT)) {
      Path fresh = ENVIRONMENT.resolveSibling("stock-spark.tmp");
      Ended made = run(List.of("python3", "-m", "venv", "--clear", fresh.toString()), Map.of());
      assumeTrue(made.exitCode() == 0, "Python has no venv: " + made.output());
      Ended installed =
          run(
              List.of(fresh.resolve("bin/pip").toString(), "-q", "install", "pyspark==4.1.1"),
              Map.of());
      assumeTrue(installed.exitCode() == 0, "pip can't fetch pyspark 4.1.1: " + installed.output());
      Files.move(fresh, ENVIRONMENT);
    }
    try (Stream<Path> versions = Files.list(ENVIRONMENT.resolve("lib"))) {
      Path library = versions.findFirst().orElseThrow();
      return new StockSpark(library.resolve("site-packages/pyspark"));
    }
  }

  /** Runs {@code spark-submit}. */
  Ended submit(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/spark-submit").toString());
    command.addAll(List.of(arguments));
    return run(
        command,
        Map.of(
            "SPARK_HOME", home.toString(),
            "JAVA_HOME", System.getProperty("java.home"),
            "SPARK_LOCAL_IP", "127.0.0.1"));
  }

  private static Ended run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("stock-spark", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      return new Ended(builder.start().waitFor(), Files.readString(output));
    } catch (IOException e) {
      return new Ended(1, e.toString());
    } finally {
      Files.delete(output);
    }
  }
}
