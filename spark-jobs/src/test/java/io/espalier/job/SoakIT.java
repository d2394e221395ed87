package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.upkeep.Garbage;
import io.espalier.upkeep.Problem;
import io.espalier.upkeep.RunCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small updates one after another, each as a process, many of them killed: the run is whole after
 * each, and neither the memory of a process nor the files that an update leaves grow.
 *
 * <p>{@code -Despalier.soak.minutes=30} says for how long, {@code -Despalier.soak.seed=1} decides
 * what comes and who is killed when.
 */
@Tag("soak")
@EnabledOnOs(OS.LINUX)
class SoakIT {
  private static final int MINUTES = Integer.getInteger("espalier.soak.minutes", 30);
  private static final int SEED = Integer.getInteger("espalier.soak.seed", 1);
  private static final int DOCUMENTS = 12;

  /** Of the updates that are started, how many are killed. */
  private static final double KILLED = 0.5;

  /** What one process may take more than another. */
  private static final double TOLERANCE = 1.3;

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private TinyExperiment tiny;
  private Path run;

  /**
   * What was measured when an update was through.
   *
   * @param files below the run's folder, after garbage was collected
   */
  private record Through(int exitCode, long peakBytes, long files, double seconds) {}

  @BeforeEach
  void growAForest() throws IOException {
    tiny = TinyExperiment.in(folder);
    run = folder.resolve("run");
    Experiment experiment = tiny.to(run);
    try (SparkSession spark =
        EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK)) {
      Pipeline.run(spark, experiment, new RecordedEvents());
    }
  }

  @Test
  void updatesThatAreKilledLeaveTheRunWholeAndNothingGrows() throws Exception {
    List<Through> through = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    double usualSeconds = 20;
    int kills = 0;
    while (System.nanoTime() < end || through.size() < 2) {
      arrives(through.size());
      while (random.nextDouble() < KILLED) {
        kills += isKilledWithin(usualSeconds) ? 1 : 0;
        assertWhole();
      }
      through.add(update());
      usualSeconds = through.get(through.size() - 1).seconds();
    }
    print(through, kills);
    assertBounded(through.stream().map(Through::peakBytes).toList(), "peak memory in bytes");
    List<Long> growth = new ArrayList<>();
    for (int i = 1; i < through.size(); i++) {
      growth.add(through.get(i).files() - through.get(i - 1).files());
    }
    assertBounded(growth, "files that an update adds");
  }

  /** The later half's largest isn't larger than the earlier half's. */
  private static void assertBounded(List<Long> values, String what) {
    int half = (values.size() + 1) / 2;
    long earlier = values.subList(0, half).stream().mapToLong(v -> v).max().orElse(0);
    long later = values.subList(half, values.size()).stream().mapToLong(v -> v).max().orElse(0);
    assertThat((double) later).as("%s: %s", what, values).isLessThanOrEqualTo(TOLERANCE * earlier);
  }

  private void arrives(int number) throws IOException {
    List<String> domains = TinyExperiment.TRAINING.keySet().stream().sorted().toList();
    String domain = domains.get(random.nextInt(domains.size()));
    String[] words = TinyExperiment.TRAINING.getOrDefault(domain, "").split(" ", -1);
    List<String> lines = new ArrayList<>();
    for (int document = 0; document < DOCUMENTS; document++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 30; word++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      lines.add(
          "{\"id\": \"%s-new-%d-%d\", \"text\": \"%s %d %d\", \"source\": \"made\"}"
              .formatted(domain, number, document, text.toString().strip(), number, document));
    }
    Path file = tiny.text().resolve("train/%s/new-%d.jsonl".formatted(domain, number));
    Files.write(file, lines);
  }

  /** Whether an update was killed before it was through. */
  private boolean isKilledWithin(double seconds) throws Exception {
    Process process = start();
    boolean ended =
        process.waitFor((long) (1000 * seconds * random.nextDouble()), TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor();
    return !ended;
  }

  private Through update() throws Exception {
    long start = System.nanoTime();
    Process process = start();
    long peak = 0;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakBytes(process));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(process.exitValue()).as(Files.readString(output())).isIn(0, 3);
    assertWhole();
    Garbage removed = collect(true);
    assertThat(collect(false).items()).as("left after %s", removed).isEmpty();
    assertWhole();
    return new Through(process.exitValue(), peak, files(), seconds);
  }

  private void assertWhole() throws IOException {
    assertThat(RunCheck.of(new Configuration(), RunPaths.of(run.toString())).problems())
        .as(Files.readString(output()))
        .filteredOn(Problem::isFailure)
        .isEmpty();
  }

  private Garbage collect(boolean delete) {
    return Garbage.of(new Configuration(), RunPaths.of(run.toString()), 1, Duration.ZERO, delete);
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  private static long peakBytes(Process process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/%d/status".formatted(process.pid())))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      return 0; // It has just ended.
    }
  }

  private Path output() {
    return folder.resolve("update.out");
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SparkDaemon.java().toString());
    command.addAll(List.of("-Xmx900m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(SparkDaemon.moduleOptions());
    command.addAll(List.of("io.espalier.cli.Espalier", "update", tiny.file().toString()));
    command.addAll(List.of("--output", run.toString(), "--master", "local[2]"));
    new TreeMap<>(TinyExperiment.SPARK)
        .forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectOutput(output().toFile()).start();
  }

  private static void print(List<Through> through, int kills) {
    System.out.printf(
        Locale.ROOT,
        "%d updates through, %d killed on the way%n%6s %4s %9s %10s %6s%n",
        through.size(),
        kills,
        "update",
        "code",
        "seconds",
        "peak MB",
        "files");
    for (int i = 0; i < through.size(); i++) {
      Through each = through.get(i);
      System.out.printf(
          Locale.ROOT,
          "%6d %4d %9.1f %10.0f %6d%n",
          i + 1,
          each.exitCode(),
          each.seconds(),
          each.peakBytes() / 1e6,
          each.files());
    }
  }
}
