package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.RunPaths;
import io.espalier.forest.Expert;
import io.espalier.upkeep.Garbage;
import io.espalier.upkeep.Problem;
import io.espalier.upkeep.RunCheck;
import io.espalier.upkeep.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of a real run is damaged in turn, and what nothing needs is removed. */
class UpkeepSparkTest {
  /** What says of other files what they should be; damaged by itself, or nothing could be told. */
  private static final Predicate<String> SAYS =
      path -> path.endsWith("/manifest.json") || path.endsWith(".sha256");

  private static final Predicate<String> CHECKSUMS = path -> path.matches("(.*/)?\\.[^/]*\\.crc");

  /** Who was at work; a run is made of everything else. */
  private static final Predicate<String> LEASES = path -> path.startsWith("leases/");

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static SparkSession spark;

  @BeforeAll
  static void runEverything() throws IOException {
    experiment = TinyExperiment.in(folder).to(folder.resolve("run"));
    spark = EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    Pipeline.run(spark, experiment, new RecordedEvents());
  }

  @Test
  void aRunThatNobodyTouchedIsWholeAndAllOfItIsSealed() {
    Verdict verdict = check(folder.resolve("run"));
    assertThat(verdict.problems())
        .filteredOn(problem -> problem.kind() != Problem.Kind.ORPHAN)
        .isEmpty();
    assertThat(verdict.checkpoints()).isGreaterThan(10);
    assertThat(verdict.tables()).isEqualTo(10);
  }

  @Test
  void aFlippedBitIsFoundInEveryFile() throws IOException {
    everyDamageIsNamed(
        bytes -> {
          int bit = new Random(Arrays.hashCode(bytes)).nextInt(bytes.length * Byte.SIZE);
          byte[] damaged = bytes.clone();
          damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
          return damaged;
        });
  }

  @Test
  void aMissingEndIsFoundInEveryFile() throws IOException {
    everyDamageIsNamed(bytes -> Arrays.copyOf(bytes, bytes.length - 1));
  }

  @Test
  void filesInThePlaceOfOthersAreFound() throws IOException {
    for (Predicate<String> group : List.of(SAYS, SAYS.negate())) {
      Path run = copy("swapped");
      Map<String, List<String>> alike = new TreeMap<>();
      for (String path : paths(run)) {
        if (group.and(CHECKSUMS.or(LEASES).negate()).test(path)) {
          alike.computeIfAbsent(kind(path), kind -> new ArrayList<>()).add(path);
        }
      }
      List<String> swapped = new ArrayList<>();
      for (List<String> files : alike.values()) {
        for (int i = 0; i + 1 < files.size(); i += 2) {
          if (swap(run.resolve(files.get(i)), run.resolve(files.get(i + 1)))) {
            swapped.addAll(files.subList(i, i + 2));
          }
        }
      }
      assertThat(swapped).hasSizeGreaterThan(20);
      assertNamed(check(run), swapped);
    }
  }

  @Test
  void aMissingFileIsFoundWhereSomethingNeedsIt() throws IOException {
    Path run = copy("missing");
    List<String> removed =
        paths(run).stream()
            .filter(path -> path.matches("tables/(sequences|scores)/.*\\.parquet|.*/state\\.json"))
            .filter(CHECKSUMS.negate())
            .toList();
    for (String path : removed) {
      Files.delete(run.resolve(path));
    }
    Verdict verdict = check(run);
    assertThat(verdict.isWhole()).isFalse();
    assertNamed(verdict, removed);
  }

  @Test
  void aMissingParentAndAForgottenCommitAreFound() throws IOException {
    Path run = copy("parentless");
    delete(run.resolve("checkpoints/seed"));
    Path newest = run.resolve("tables/ledger/_delta_log");
    String last =
        paths(newest).stream().filter(p -> p.matches("\\d{20}\\.json")).reduce((a, b) -> b).get();
    Files.delete(newest.resolve(last));
    assertThat(check(run).problems())
        .filteredOn(Problem::isFailure)
        .anyMatch(p -> p.what().contains("was made from seed, step 3"))
        .anyMatch(p -> p.path().endsWith(last) && p.kind() == Problem.Kind.MISSING);
  }

  @Test
  @Tag("long")
  void whatNothingNeedsGoesAndTheRunStaysWhole() throws IOException {
    Path run = copy("collected");
    Path attempt = run.resolve("checkpoints/dense/.attempt-step-00000007-x/model.safetensors");
    Files.write(
        Files.createDirectories(attempt.getParent()).resolve("model.safetensors"), new byte[9]);
    Path stray = Files.write(run.resolve("tables/scores/part-9.snappy.parquet"), new byte[9]);
    Path notes = Files.writeString(run.resolve("notes.txt"), "mine");

    List<String> before = paths(run);
    Garbage listed = collect(run, 1, false);
    assertThat(paths(run)).as("a dry run").isEqualTo(before);
    assertThat(listed.items())
        .extracting(Garbage.Item::path)
        .contains("checkpoints/dense/step-00000005", "checkpoints/seed/step-00000002")
        .contains("tables/scores/part-9.snappy.parquet")
        .doesNotContain("checkpoints/seed/step-00000003", "notes.txt");
    Garbage removed = collect(run, 1, true);
    assertThat(removed.items()).containsExactlyElementsOf(listed.items());
    assertThat(attempt).doesNotExist();
    assertThat(stray).doesNotExist();
    assertThat(notes).exists();
    assertThat(collect(run, 1, false).items()).isEmpty();
    assertThat(check(run).problems()).filteredOn(Problem::isFailure).isEmpty();

    Experiment collected = new TinyExperiment(folder.resolve("tiny.yaml"), folder).to(run);
    RecordedEvents again = new RecordedEvents();
    Pipeline.run(spark, collected, again);
    assertThat(again.all()).as("a resumed run").allMatch(event -> event.startsWith("skipped "));
    ForestJobs jobs = ForestJobs.of(spark, collected, again);
    List<Expert> experts = jobs.history().latest().active();
    jobs.remove("law");
    jobs.rollback(1);
    assertThat(jobs.history().latest().active()).isEqualTo(experts);
    collect(run, 1, true);
    assertThat(check(run).problems()).filteredOn(Problem::isFailure).isEmpty();
  }

  @Test
  void nothingIsRemovedWhereItIsNotKnownWhatRefersToWhat() throws IOException {
    Path run = copy("unknown");
    String commit = "tables/forest/_delta_log/00000000000000000000.json";
    Files.write(run.resolve(commit), "{".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    List<String> before = paths(run);
    assertThatThrownBy(() -> collect(run, 1, true)).hasMessageContaining("tables/forest");
    assertThat(paths(run)).isEqualTo(before);
  }

  private static void everyDamageIsNamed(UnaryOperator<byte[]> damage) throws IOException {
    List<Predicate<String>> groups =
        List.of(SAYS, CHECKSUMS, SAYS.negate().and(CHECKSUMS.negate()));
    for (Predicate<String> group : groups) {
      Path run = copy("damaged");
      List<String> orphans = orphans(run);
      List<String> damaged = new ArrayList<>();
      for (String path : paths(run)) {
        byte[] bytes = Files.readAllBytes(run.resolve(path));
        boolean known = orphans.stream().noneMatch(path::contains);
        if (group.and(LEASES.negate()).test(path) && bytes.length > 0 && known) {
          Files.write(run.resolve(path), damage.apply(bytes));
          damaged.add(path);
        }
      }
      assertThat(damaged).hasSizeGreaterThan(20);
      assertNamed(check(run), damaged);
    }
  }

  /** Spark writes an empty file where a table has no rows, and Delta doesn't take it. */
  private static List<String> orphans(Path run) {
    return check(run).problems().stream()
        .filter(problem -> problem.kind() == Problem.Kind.ORPHAN)
        .map(problem -> problem.path().replaceFirst(".*/", ""))
        .toList();
  }

  private static void assertNamed(Verdict verdict, List<String> damaged) {
    String said =
        verdict.problems().stream()
            .filter(Problem::isFailure)
            .map(problem -> problem.path() + " " + problem.what())
            .collect(Collectors.joining("\n"));
    assertThat(damaged).allSatisfy(path -> assertThat(said).contains(path));
  }

  /** Files that are easily taken for one another. */
  private static String kind(String path) {
    return path.replaceAll("[0-9a-f-]{36}|\\d+", "#").replaceFirst("^(.*/)?", "");
  }

  private static boolean swap(Path first, Path second) throws IOException {
    byte[] one = Files.readAllBytes(first);
    byte[] other = Files.readAllBytes(second);
    Files.write(first, other);
    Files.write(second, one);
    return !Arrays.equals(one, other);
  }

  private static Verdict check(Path run) {
    return RunCheck.of(new Configuration(), RunPaths.of(run.toString()));
  }

  private static Garbage collect(Path run, int keep, boolean delete) {
    return Garbage.of(
        new Configuration(), RunPaths.of(run.toString()), keep, Duration.ZERO, delete);
  }

  private static Path copy(String name) throws IOException {
    Path to = folder.resolve(name);
    delete(to);
    Path from = folder.resolve("run");
    for (String path : paths(from)) {
      Path target = to.resolve(path);
      Files.createDirectories(target.getParent());
      Files.copy(from.resolve(path), target, StandardCopyOption.REPLACE_EXISTING);
    }
    return to;
  }

  private static void delete(Path below) throws IOException {
    if (Files.exists(below)) {
      try (Stream<Path> all = Files.walk(below)) {
        all.sorted(java.util.Comparator.reverseOrder())
            .forEach(
                path -> {
                  try {
                    Files.delete(path);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
      }
    }
  }

  private static List<String> paths(Path below) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      return all.filter(Files::isRegularFile)
          .map(path -> below.relativize(path).toString())
          .sorted()
          .toList();
    }
  }
}
