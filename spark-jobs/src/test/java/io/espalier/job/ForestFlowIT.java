package io.espalier.job;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.forest.BranchPoint;
import io.espalier.forest.Expert;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestDiff;
import io.espalier.table.ResultRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The life of a forest on real text: a domain joins, goes on, steps back, and one leaves. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
class ForestFlowIT {
  private static final String YAML =
      """
      name: orchard
      data:
        training: [{path: text/train}]
        evaluation: [{path: text/eval}]
        split: {validation_fraction: 0.1, test_fraction: 0.1}
      tokenizer: {vocabulary_size: 400}
      packing: {sequence_length_tokens: 32}
      model: {layers: 1, hidden_size: 16, heads: 2}
      training:
        steps: 6
        global_batch_sequences: 6
        micro_batch_sequences: 2
        checkpoint_steps: 2
        metrics_steps: 1
      scoring: {maximum_sequences_per_split: 4, batch_sequences: 4}
      merge:
        - {name: uniform, method: {type: linear}, weights: {type: uniform}, targets: all}
      evaluation: {cached_prior_sequences: 4, bootstrap_resamples: 200, top_k_curve: false, leave_one_out: false}
      """;

  private static final BranchPoint POSTERIOR = BranchPoint.parse("--from", "posterior");

  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Experiment experiment;
  private static Path joining;
  private static Path more;
  private static final RecordedEvents EVENTS = new RecordedEvents();

  @BeforeAll
  static void growAForestOfThree() throws IOException {
    for (String domain : List.of("chat", "code", "legal")) {
      SampleText.write(
          folder.resolve("text/train").resolve(domain).resolve("a.jsonl"),
          SampleText.documents("train", domain, 0, 30));
    }
    SampleText.write(
        folder.resolve("text/eval/contracts/a.jsonl"),
        SampleText.documents("eval", "contracts", 0, 10));
    joining =
        SampleText.write(
            folder.resolve("press.jsonl"), SampleText.documents("train", "press", 0, 30));
    List<String> newer = new ArrayList<>(SampleText.documents("train", "press", 30, 12));
    newer.addAll(SampleText.documents("train", "press", 0, 2));
    more = SampleText.write(folder.resolve("press-2.jsonl"), newer);
    Path file = Files.writeString(folder.resolve("orchard.yaml"), YAML);
    experiment =
        Experiment.load(file.toString(), List.of(), Optional.of(folder.resolve("run").toString()));
    spark =
        EspalierSession.open(
            experiment, Optional.of("local[2]"), Map.of("spark.ui.enabled", "false"));
    Pipeline.run(spark, experiment, EVENTS);
  }

  @Test
  @Order(1)
  void aDomainJoinsFromTheMixtureThatFitsItBest() {
    String seed = latest("seed").hash();
    long scoresBefore = rows(TableSchema.SCORES);
    Pipeline.Outcome outcome =
        jobs().add(new Growth("press", joining.toString(), POSTERIOR, false, 0));

    Forest forest = forest();
    assertThat(forest.version()).isEqualTo(2);
    assertThat(domains()).containsExactly("chat", "code", "legal", "press");
    Checkpoint branch = latest("branch/press");
    Checkpoint expert = latest("expert/press");
    assertThat(expert.step()).as("the place of the others in the schedule").isEqualTo(6);
    assertThat(expert.manifest().provenance().parents())
        .singleElement()
        .satisfies(parent -> assertThat(parent.hash()).isEqualTo(branch.hash()));
    assertThat(branch.step()).isEqualTo(3);
    assertThat(branch.has(CheckpointFiles.OPTIMIZER)).as("moments are averaged too").isTrue();
    assertThat(branch.manifest().provenance().tableVersions()).containsEntry("forest", 1L);
    List<ParentCheckpoint> parents = branch.manifest().provenance().parents();
    assertThat(parents)
        .extracting(ParentCheckpoint::name)
        .containsExactly("expert/chat", "expert/code", "expert/legal");
    assertThat(parents.stream().mapToDouble(ParentCheckpoint::weight).sum())
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(parents).extracting(ParentCheckpoint::weight).doesNotContain(1 / 3.0);

    assertThat(latest("seed").hash()).as("nothing that was there is trained again").isEqualTo(seed);
    // The new expert and average on 4 domains and 2 splits each; seed, dense and three experts on
    // the new domain; the average of before on no more than it was.
    assertThat(rows(TableSchema.SCORES) - scoresBefore).isEqualTo(4L * 2 * (2 * 5 + 5));
    assertThat(latest("merged/uniform@2").manifest().provenance().parents()).hasSize(4);
    assertThat(latest("merged/uniform@2").manifest().provenance().tableVersions())
        .containsEntry("forest", 2L);
    assertThat(outcome.results())
        .filteredOn(r -> r.domain().equals("press") && r.metric().equals(Result.PERPLEXITY))
        .extracting(Result::model)
        .contains("seed", "dense", "expert/press", "merged/uniform", "ensemble/cached_prior");
    assertThat(results()).extracting(ResultRow::forestVersion).containsOnly(2L);
  }

  @Test
  @Order(2)
  void theSameCommandAgainAndTheWholeFlowAgainChangeNothing() {
    RecordedEvents again = new RecordedEvents();
    ForestJobs.of(spark, experiment, again)
        .add(new Growth("press", joining.toString(), POSTERIOR, false, 0));
    Pipeline.Outcome outcome = Pipeline.run(spark, experiment, again);
    assertThat(again.all()).isNotEmpty().allMatch(event -> event.startsWith("skipped "));
    assertThat(outcome.results()).extracting(Result::domain).contains("press");
    assertThat(forest().version()).isEqualTo(2);
  }

  @Test
  @Order(3)
  void whatTheRunHasAlreadyIsRefused() {
    assertThatThrownBy(
            () -> jobs().add(new Growth("code", joining.toString(), POSTERIOR, false, 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The forest has an expert of code already, in version 2; forest retrain goes on with new text");
    assertThatThrownBy(
            () -> jobs().add(new Growth("contracts", joining.toString(), POSTERIOR, false, 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("The run has text of contracts already");
    assertThatThrownBy(
            () -> jobs().retrain(new Growth("poetry", more.toString(), POSTERIOR, false, 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The forest has no active expert of poetry; its domains are chat, code, legal, press");
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(
            () -> jobs().add(new Growth("math", nowhere.toString(), POSTERIOR, false, 0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--data");
    assertThat(forest().version()).isEqualTo(2);
  }

  @Test
  @Order(4)
  void anExpertGoesOnWithNewTextAlone() {
    Expert before = forest().expert("press").orElseThrow();
    long heldOut = sequences("press", "validation") + sequences("press", "test");
    jobs().retrain(new Growth("press", more.toString(), POSTERIOR, false, 2));

    Expert after = forest().expert("press").orElseThrow();
    assertThat(after.checkpoint()).isEqualTo("expert/press@2");
    assertThat(after.parents()).containsExactly(before.hash());
    assertThat(after.tokens()).isEqualTo(before.tokens() + tokensOf("expert/press@2"));
    assertThat(latest("expert/press@2").step()).isEqualTo(8);
    assertThat(latest("expert/press").hash()).as("the old one is kept").isEqualTo(before.hash());
    assertThat(sequences("press", "train-2")).isPositive();
    assertThat(sequences("press", "validation") + sequences("press", "test")).isEqualTo(heldOut);
    assertThat(read(TableSchema.REJECTIONS).where(col("reason").equalTo("exact_duplicate")).count())
        .as("documents that the run had are no new text")
        .isEqualTo(2);
    ForestDiff diff = ForestDiff.between(jobs().history().at(2).forest(), forest());
    assertThat(diff.replaced()).extracting(r -> r.after().hash()).containsExactly(after.hash());
    assertThat(diff.joined()).isEmpty();
    assertThat(diff.kept()).hasSize(3);
  }

  @Test
  @Order(6)
  void whatDescendsFromAnExpertIsListedAndNothingChanged() throws IOException {
    Removal listed = jobs().remove("code", Removal.How.LIST);
    assertThat(listed.checkpoints())
        .contains("expert/code", "branch/press", "expert/press", "expert/press@2")
        .contains("merged/uniform", "merged/uniform@2", "merged/uniform@3")
        .doesNotContain("seed", "dense", "expert/chat", "expert/legal");
    assertThat(listed.experts()).containsExactly("press");
    assertThat(listed.seenBy()).contains("seed", "dense", "expert/chat", "expert/legal");
    assertThat(listed.documents()).isEqualTo(30);
    assertThat(listed.rows())
        .filteredOn(rows -> rows.number() > 0)
        .extracting(Removal.Rows::table)
        .containsExactly("scores", "results", "metrics");
    assertThat(listed.proof()).isEmpty();
    assertThat(forest().version()).isEqualTo(3);
    copy(step(latest("merged/uniform")), folder.resolve("kept aside"));
  }

  @Test
  @Order(7)
  void anExpertLeavesAndNothingOfItRemains() {
    Set<String> gone = descendants();
    Removal removal = jobs().remove("code", Removal.How.REBUILD);

    assertThat(removal.proof()).isPresent();
    assertThat(removal.proof().get().leftovers()).isEmpty();
    assertThat(removal.proof().get().manifests()).isGreaterThan(5);
    assertThat(removal.toText()).contains("Proved:").contains("only a new run without code");
    assertThat(domains()).containsExactlyInAnyOrder("chat", "legal", "press");
    Expert press = forest().expert("press").orElseThrow();
    assertThat(press.branchPoint())
        .as("its second training came again too")
        .isEqualTo("expert+train-2");
    assertThat(latest(press.checkpoint()).step()).isEqualTo(8);
    assertThat(hashesOfScores()).doesNotContainAnyElementsOf(gone);
    assertThat(results()).extracting(ResultRow::model).doesNotContain("expert/code");
    assertThat(folder.resolve("run/checkpoints/experts/code")).doesNotExist();
    assertThatThrownBy(() -> jobs().rollback(1))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Version 1 can't come back: the checkpoint of expert/code");
  }

  @Test
  @Order(8)
  void theWholeFlowAgainDoesNotBringItBack() {
    RecordedEvents again = new RecordedEvents();
    Pipeline.run(spark, experiment, again);
    assertThat(again.all()).isNotEmpty().allMatch(event -> event.startsWith("skipped "));
    assertThat(folder.resolve("run/checkpoints/experts/code")).doesNotExist();
  }

  @Test
  @Order(9)
  void aCopyThatWasPutAsideMakesTheProofFail() throws IOException {
    Path planted = folder.resolve("run/checkpoints/elsewhere/innocent");
    copy(folder.resolve("kept aside"), planted);
    Removal found = jobs().remove("code", Removal.How.LIST);
    assertThat(found.failed()).isTrue();
    assertThat(found.toText()).contains("NOT proved").contains("checkpoint elsewhere at");

    Files.delete(planted.resolve(CheckpointFiles.MANIFEST));
    Removal stray = jobs().remove("code", Removal.How.LIST);
    assertThat(stray.failed()).as("weights that nobody vouches for").isTrue();
    assertThat(stray.toText()).contains("lies beside no manifest");
  }

  @Test
  @Order(10)
  void itStepsBackToAnOlderVersionWhoseCheckpointsAreThere() {
    Expert first = jobs().history().at(5).forest().expert("press").orElseThrow();
    assertThat(forest().expert("press").orElseThrow().parents()).containsExactly(first.hash());
    Pipeline.Outcome outcome = jobs().rollback(5);
    assertThat(forest().version()).isEqualTo(8);
    assertThat(forest().expert("press")).map(Expert::hash).hasValue(first.hash());
    assertThat(outcome.results())
        .filteredOn(r -> r.model().equals("expert/press") && !r.isMean())
        .extracting(Result::checkpointHash)
        .containsOnly(first.hash());
    assertThatThrownBy(() -> jobs().rollback(5))
        .isInstanceOf(ConfigException.class)
        .hasMessage("The newest version, 8, has the experts of version 5 already");
  }

  private static ForestJobs jobs() {
    return ForestJobs.of(spark, experiment, EVENTS);
  }

  private static Forest forest() {
    return jobs().history().latest();
  }

  private static List<String> domains() {
    return forest().active().stream().map(Expert::domain).toList();
  }

  private static Set<String> descendants() {
    return Descent.of(new Run(spark, experiment, EVENTS), jobs().history(), "code").hashes();
  }

  private static List<String> hashesOfScores() {
    return read(TableSchema.SCORES).select("checkpoint_hash").distinct().collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static long tokensOf(String checkpoint) {
    return table(TableSchema.LEDGER)
        .collect(table(TableSchema.LEDGER).latestVersion().orElseThrow())
        .stream()
        .filter(row -> row.checkpoint().equals(checkpoint) && row.stage().startsWith("train"))
        .mapToLong(row -> row.tokens())
        .sum();
  }

  private static long sequences(String domain, String split) {
    return RunModel.of(new Run(spark, experiment, EVENTS)).sequences(domain, split);
  }

  private static Checkpoint latest(String name) {
    return CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name))
        .latest()
        .orElseThrow(() -> new AssertionError("no checkpoint of " + name));
  }

  private static Path step(Checkpoint checkpoint) {
    return Path.of(checkpoint.location().replaceFirst("^file:/*", "/"));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.collect(Collectors.toList())) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static List<ResultRow> results() {
    Table<ResultRow> table = table(TableSchema.RESULTS);
    return table.collect(table.latestVersion().orElseThrow());
  }

  private static <R extends Record> Table<R> table(TableSchema<R> schema) {
    return Table.at(spark, schema, experiment.paths().table(schema.name()));
  }

  private static org.apache.spark.sql.Dataset<org.apache.spark.sql.Row> read(
      TableSchema<?> schema) {
    return table(schema).read(table(schema).latestVersion().orElseThrow());
  }

  private static long rows(TableSchema<?> schema) {
    return read(schema).count();
  }
}
