package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.merge.MergeSettings;
import io.espalier.table.LedgerRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges that a command makes beside those of the configuration, on the tiny experiment. */
class MergeSparkTest {
  @TempDir private static Path folder;
  private static Experiment experiment;
  private static SparkSession spark;
  private static final RecordedEvents EVENTS = new RecordedEvents();

  @BeforeAll
  static void train() throws IOException {
    experiment = TinyExperiment.in(folder).to(folder.resolve("run"));
    spark = EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    Pipeline.prepare(spark, experiment, EVENTS);
    Pipeline.trainSeed(spark, experiment, EVENTS);
    Pipeline.trainExperts(spark, experiment, EVENTS);
  }

  @Test
  void aMergeOfTheCommandLineIsScoredAndReportedLikeAnyOther() {
    merge("{name: by-ties, method: {type: ties, density: 0.3}, weights: {type: uniform}}");
    Checkpoint ties = latest("merged/by-ties");
    assertThat(ties.manifest().provenance().parents())
        .extracting(ParentCheckpoint::name)
        .containsExactly("expert/code", "expert/law", "expert/poems", "seed");
    assertThat(ties.manifest().provenance().stage())
        .isEqualTo("merge merged/by-ties by TiesMerge[density=0.3, lambda=1.0]");
    assertThat(weightsHash(ties)).isNotEqualTo(weightsHash(latest("seed")));
    Pipeline.score(spark, experiment, EVENTS);
    List<Result> results = Pipeline.evaluate(spark, experiment, EVENTS).results();
    assertThat(results)
        .anySatisfy(
            result -> {
              assertThat(result.model()).isEqualTo("merged/by-ties");
              assertThat(result.domain()).isEqualTo(Result.MEAN_TRAINING);
              assertThat(result.metric()).isEqualTo(Result.PERPLEXITY);
            });
  }

  @Test
  void theSameCommandAgainKeepsWhatItMadeAndAnotherOneNeedsAnotherName() {
    String same = "{name: again, method: {type: linear}, weights: {type: uniform}}";
    merge(same);
    String hash = latest("merged/again").hash();
    assertThat(merge(same)).containsExactly("merged/again");
    assertThat(latest("merged/again").hash()).isEqualTo(hash);
    refused(
        "{name: again, method: {type: karcher}, weights: {type: uniform}}",
        "merged/again is there already, made by \"merge merged/again\"",
        "KarcherMerge[maxIter=10, tol=1.0E-5]",
        "another name would work");
    refused(
        "{name: again, method: {type: linear}, weights: {type: given, weights: {code: 1}}}",
        "merged/again is there already with the weights",
        "expert/code=1.0",
        "another name would work");
  }

  @Test
  void anyCheckpointsOfTheRunCanBeMergedFromAnyBase() {
    MergeRequest request =
        new MergeRequest(
            Experiment.mergeSettings(
                "{name: two, method: {type: slerp}, weights: {type: given, weights: {seed: 0.3, law: 0.7}}, targets: all}"),
            List.of("seed", "expert/law"),
            Optional.empty());
    Pipeline.merge(spark, experiment, EVENTS, request);
    assertThat(latest("merged/two").manifest().provenance().parents())
        .extracting(ParentCheckpoint::name)
        .containsExactly("seed", "expert/law");
  }

  @Test
  void whatDoesNotFitIsRefusedInOneSentenceAndNothingIsWritten() {
    refused(
        "{name: bad, method: {type: slerp}, weights: {type: uniform}}",
        "method slerp merges 2 experts but 3 have a weight above 0; karcher merges any number");
    refused(
        "{name: bad, method: {type: linear}, weights: {type: given, weights: {maths: 1}}}",
        "weights name the domain maths, but the experts' domains are code, law, poems");
    refused(
        "{name: bad, method: {type: ties, density: [{filter: mlpp, value: 0.5}, {value: 1}]}, weights: {type: uniform}}",
        "density has the filter mlpp, but no tensor has that in its name; they are called transformer.");
    refused(
        "{name: bad, method: {type: ties, density: [{filter: mlp, value: 0.5}]}, weights: {type: uniform}}",
        "density has no value for the tensor transformer.");
    assertThatThrownBy(
            () ->
                Pipeline.merge(
                    spark,
                    experiment,
                    EVENTS,
                    new MergeRequest(
                        settings("{name: bad, method: {type: linear}, weights: {type: uniform}}"),
                        List.of("expert/maths"),
                        Optional.empty())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has no complete checkpoint named expert/maths");
    assertThat(folder.resolve("run/checkpoints/merged/bad/step-00000006")).doesNotExist();
  }

  @Test
  void greedySoupIsMadeOfCandidatesThatLeaveNothingBehind() throws IOException {
    long candidatesBefore = candidateFolders();
    merge("{name: soup, method: {type: linear}, weights: {type: greedy_soup}}");
    List<Double> shares =
        latest("merged/soup").manifest().provenance().parents().stream()
            .map(ParentCheckpoint::weight)
            .toList();
    assertThat(shares).hasSize(3);
    long members = shares.stream().filter(share -> share > 0).count();
    assertThat(members).isBetween(1L, 3L);
    assertThat(shares).allMatch(share -> share == 0 || Math.abs(share - 1.0 / members) < 1e-15);
    assertThat(rows(TableSchema.LEDGER).stream().map(LedgerRow::checkpoint))
        .contains("candidate/code", "candidate/law", "candidate/poems");
    assertThat(candidateFolders()).isEqualTo(candidatesBefore);
  }

  @Test
  void theLineBetweenTwoCheckpointsIsMeasuredOnceAndKept() throws IOException {
    long candidatesBefore = candidateFolders();
    ConnectingLine line =
        Pipeline.interpolate(spark, experiment, EVENTS, "expert/law", "expert/code", 3);
    assertThat(line.points())
        .extracting(ConnectingLine.Point::share)
        .containsExactly(0.0, 0.5, 1.0);
    assertThat(line.points()).allMatch(point -> point.perplexity() > 1);
    assertThat(line.first().hash()).isEqualTo(latest("expert/law").hash());

    RecordedEvents again = new RecordedEvents();
    assertThat(Pipeline.interpolate(spark, experiment, again, "expert/law", "expert/code", 3))
        .isEqualTo(line);
    assertThat(again.all()).containsExactly("skipped score");
    assertThat(rows(TableSchema.INTERPOLATIONS)).hasSize(3);
    assertThat(candidateFolders()).isEqualTo(candidatesBefore);

    // The middle of the line is the uniform average of the two.
    MergeRequest middle =
        new MergeRequest(
            settings("{name: middle, method: {type: linear}, weights: {type: uniform}}"),
            List.of("expert/law", "expert/code"),
            Optional.empty());
    Pipeline.merge(spark, experiment, EVENTS, middle);
    ConnectingLine toMiddle =
        Pipeline.interpolate(spark, experiment, EVENTS, "expert/law", "merged/middle", 2);
    assertThat(toMiddle.points().get(1).perplexity()).isEqualTo(line.points().get(1).perplexity());
  }

  @Test
  void aDamagedExpertIsNamedAndNothingIsWritten() throws IOException {
    Path run = folder.resolve("run/checkpoints/experts/poems/step-00000006/model.safetensors");
    byte[] whole = Files.readAllBytes(run);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(run, flipped);
    try {
      assertThatThrownBy(
              () -> merge("{name: damaged, method: {type: ties}, weights: {type: uniform}}"))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("experts/poems/step-00000006/model.safetensors is damaged");
      assertThat(folder.resolve("run/checkpoints/merged/damaged")).isEmptyDirectory();
    } finally {
      Files.write(run, whole);
    }
  }

  private static void refused(String settings, String... parts) {
    assertThatThrownBy(() -> merge(settings))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(parts);
  }

  private static List<String> merge(String settings) {
    return Pipeline.merge(
        spark,
        experiment,
        EVENTS,
        new MergeRequest(settings(settings), List.of(), Optional.empty()));
  }

  private static MergeSettings settings(String yaml) {
    return Experiment.mergeSettings(yaml.replaceFirst("}$", ", targets: all}"));
  }

  private static <R extends Record> List<R> rows(TableSchema<R> schema) {
    Table<R> table = Table.at(spark, schema, experiment.paths().table(schema.name()));
    return table.collect(table.latestVersion().orElseThrow());
  }

  private static Checkpoint latest(String name) {
    return CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name))
        .latest()
        .orElseThrow();
  }

  private static String weightsHash(Checkpoint checkpoint) {
    return Objects.requireNonNull(checkpoint.manifest().files().get(CheckpointFiles.MODEL))
        .sha256();
  }

  private static long candidateFolders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(f -> String.valueOf(f.getFileName()).startsWith("espalier-candidate-"))
          .count();
    }
  }
}
