package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.checkpoint.Fence;
import io.espalier.checkpoint.LostLeaseException;
import io.espalier.config.ConfigException;
import io.espalier.forest.BranchPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls from Java take the run's lease, like commands: whoever comes second is refused. */
class LeasedWorkSparkTest {
  private static final String SHORT = "lease.duration_seconds=1";

  @TempDir private static Path folder;
  private static TinyExperiment tiny;
  private static SparkSession spark;

  private static int runs;
  private Experiment experiment;

  @BeforeAll
  static void open() throws IOException {
    tiny = TinyExperiment.in(folder);
    spark =
        EspalierSession.open(
            tiny.to(folder.resolve("any")), Optional.of("local[2]"), TinyExperiment.SPARK);
  }

  @BeforeEach
  void chooseAFolder() {
    experiment = tiny.to(folder.resolve("run-" + runs++), SHORT);
  }

  @Test
  void aSecondCallIsRefusedAndWritesNothing() throws IOException {
    assertRefused(() -> Pipeline.prepare(spark, experiment, new RecordedEvents()));
    assertThat(files(experiment)).allMatch(file -> file.contains("leases/"));
  }

  /** While another holds the lease. */
  private void assertRefused(ThrowingCallable call) {
    RunLease other = RunLease.take(spark, experiment, "espalier other", line -> {}, lost -> {});
    try {
      assertThatThrownBy(call)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is being written by espalier other (");
    } finally {
      other.close();
    }
  }

  @Test
  void aCallGivesTheLeaseBackAndSeveralShareOne() throws IOException {
    Pipeline.prepare(spark, experiment, new RecordedEvents());
    assertThat(leases(experiment)).hasSize(1);
    try (LeasedWork work = LeasedWork.begin(spark, experiment, new RecordedEvents())) {
      Pipeline.trainSeed(spark, experiment, work);
      Pipeline.trainExperts(spark, experiment, work);
      assertThat(leases(experiment)).as("one epoch more").hasSize(2);
      assertThatThrownBy(() -> Pipeline.trainDense(spark, experiment, new RecordedEvents()))
          .hasMessageContaining("is being written by espalier tiny (");
    }
    Pipeline.trainDense(spark, experiment, new RecordedEvents());
  }

  @Test
  void aCallWhoseLeaseIsLostEndsWithThat() {
    ProgressListener robbed =
        new RecordedEvents() {
          @Override
          public void stageStarted(String stage, String description) {
            super.stageStarted(stage, description);
            Fence unused =
                Fence.replacing(
                    new Configuration(), experiment.paths().lease("run"), "another run");
          }
        };
    assertThatThrownBy(() -> Pipeline.prepare(spark, experiment, robbed))
        .isInstanceOf(LostLeaseException.class)
        .hasMessageContaining("is another run");
  }

  /** Each call that writes, and what is taken away from a finished run so that it has to. */
  static Stream<Arguments> calls() {
    RecordedEvents events = new RecordedEvents();
    return Stream.of(
        call("run", "report/index.html", e -> Pipeline.run(spark, e, events)),
        call("trainSeed", "checkpoints/seed", e -> Pipeline.trainSeed(spark, e, events)),
        call("trainDense", "checkpoints/dense", e -> Pipeline.trainDense(spark, e, events)),
        call("trainExperts", "checkpoints/experts", e -> Pipeline.trainExperts(spark, e, events)),
        call("score", "tables/scores", e -> Pipeline.score(spark, e, events)),
        call("merge", "checkpoints/merged", e -> Pipeline.merge(spark, e, events)),
        call(
            "interpolate",
            "tables/interpolations",
            e -> Pipeline.interpolate(spark, e, events, "expert/law", "expert/code", 2)),
        call("evaluate", "tables/results", e -> Pipeline.evaluate(spark, e, events)),
        call("report", "report/index.html", e -> Pipeline.report(spark, e, events)),
        call("forest remove", "", e -> ForestJobs.of(spark, e, events).remove("law")),
        call(
            "forest remove for good",
            "",
            e -> ForestJobs.of(spark, e, events).remove("law", Removal.How.DELETE)),
        call(
            "forest add",
            "",
            e ->
                ForestJobs.of(spark, e, events)
                    .add(
                        new Growth(
                            "recipes",
                            tiny.text().resolve("eval/recipes").toString(),
                            BranchPoint.parse("from", "seed"),
                            false,
                            1))));
  }

  private static Arguments call(String name, String taken, Consumer<Experiment> call) {
    return Arguments.of(name, taken, call);
  }

  @Tag("faults")
  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void everyCallThatWritesIsRefused(String name, String taken, Consumer<Experiment> call)
      throws IOException {
    finishedRun().copyTo(root(experiment));
    if (!taken.isEmpty()) {
      remove(root(experiment).resolve(taken));
    }
    List<String> before = files(experiment);
    assertRefused(() -> call.accept(experiment));
    assertThat(files(experiment))
        .as(name)
        .filteredOn(file -> !file.contains("leases/"))
        .isEqualTo(before.stream().filter(file -> !file.contains("leases/")).toList());
  }

  /** Made once, when it is needed. */
  private static PreparedRun finishedRun() {
    Path finished = folder.resolve("finished");
    if (!Files.exists(finished)) {
      Pipeline.run(spark, tiny.to(finished, SHORT), new RecordedEvents());
    }
    return new PreparedRun(finished);
  }

  private static Path root(Experiment experiment) {
    return Path.of(experiment.paths().localRoot().orElseThrow().toString());
  }

  private static List<String> leases(Experiment experiment) throws IOException {
    return files(experiment).stream()
        .filter(file -> file.matches(".*/leases/run/\\d+.json"))
        .toList();
  }

  private static List<String> files(Experiment experiment) throws IOException {
    try (Stream<Path> all = Files.walk(root(experiment))) {
      return all.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
    }
  }

  private static void remove(Path below) throws IOException {
    try (Stream<Path> all = Files.walk(below)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
