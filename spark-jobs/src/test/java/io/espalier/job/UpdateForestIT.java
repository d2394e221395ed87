package io.espalier.job;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.forest.Expert;
import io.espalier.forest.ExpertStatus;
import io.espalier.forest.Forest;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.upkeep.Problem;
import io.espalier.upkeep.RunCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A forest that is kept fresh: new files come, updates are killed, experts are promoted or not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("long")
class UpdateForestIT {
  private static final String YAML =
      """
      name: fresh
      data:
        training: [{path: text/train}]
        evaluation: [{path: text/eval}]
        split: {validation_fraction: 0.1, test_fraction: 0.1}
      tokenizer: {vocabulary_size: 400}
      packing: {sequence_length_tokens: 32}
      model: {layers: 1, hidden_size: 16, heads: 2}
      training:
        steps: 6
        global_batch_sequences: 4
        micro_batch_sequences: 2
        checkpoint_steps: 1
      scoring: {maximum_sequences_per_split: 4, batch_sequences: 4}
      merge:
        - {name: uniform, method: {type: linear}, weights: {type: uniform}, targets: all}
      evaluation: {cached_prior_sequences: 4, bootstrap_resamples: 0, top_k_curve: false, leave_one_out: false}
      """;

  @TempDir private static Path folder;
  private static Path file;
  private static SparkSession spark;

  /** The driver dies at the first stage that begins and at which none has died before. */
  private static final class Dying extends RecordedEvents {
    private final Set<String> died;

    Dying(Set<String> died) {
      this.died = died;
    }

    @Override
    public void stageStarted(String stage, String description) {
      super.stageStarted(stage, description);
      if (died.add(stage)) {
        throw new Died(stage);
      }
    }
  }

  private static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Died(String where) {
      super(where);
    }
  }

  @BeforeAll
  static void growAForestOfTwo() throws IOException {
    arrives("chat", "a", 0, 30);
    arrives("legal", "a", 0, 30);
    SampleText.write(
        folder.resolve("text/eval/contracts/a.jsonl"),
        SampleText.documents("eval", "contracts", 0, 10));
    file = Files.writeString(folder.resolve("fresh.yaml"), YAML);
    spark = EspalierSession.open(experiment(), Optional.of("local[2]"), TinyExperiment.SPARK);
    Pipeline.run(spark, experiment(), new RecordedEvents());
  }

  @Test
  @Order(1)
  void withoutNewFilesNothingHappens() throws IOException {
    RecordedEvents events = new RecordedEvents();
    assertThat(update(events).outcome()).isEqualTo(Update.Outcome.NOTHING_NEW);
    assertThat(events.all()).containsExactly("skipped update");
    assertThat(folder.resolve("run/updates")).doesNotExist();
  }

  @Test
  @Order(2)
  void anUpdateThatDiesAtEveryStageInTurnComesToItsEndOnce() throws IOException {
    long heldOut = documents("legal", "test") + documents("legal", "validation");
    arrives("legal", "b", 30, 20);
    Optional<Update> done = Optional.empty();
    Set<String> died = new TreeSet<>();
    for (int deaths = 0; done.isEmpty() && deaths <= 10; deaths++) {
      try {
        done = Optional.of(update(new Dying(died)));
      } catch (Died again) {
        assertThat(died).contains(again.getMessage());
      }
    }
    assertThat(died)
        .contains(
            "update", "prepare", "pack", "train-experts", "score", "merge", "evaluate", "report");
    Update update = done.orElseThrow();
    assertThat(update.outcome()).isEqualTo(Update.Outcome.PROMOTED);
    assertThat(update.domains()).containsExactly("legal");
    assertThat(update.files()).isEqualTo(1);
    assertThat(update.perplexityAfter()).isLessThan(update.perplexityBefore());
    assertThat(documents("legal", "train-u1")).as("added once").isEqualTo(20);
    assertThat(documents("legal", "test") + documents("legal", "validation")).isEqualTo(heldOut);
    Forest forest = forest();
    assertThat(forest.version()).isEqualTo(2);
    assertThat(forest.expert("legal").orElseThrow().checkpoint()).isEqualTo("expert/legal@2");
    assertThat(forest.experts()).as("trained once").hasSize(3);
  }

  @Test
  @Order(3)
  void anUpdateThatIsKilledAndIsNotGoodEnoughIsKeptAsACandidate() throws Exception {
    Forest before = forest();
    arrives("chat", "b", 30, 30);
    Path trained = folder.resolve("run/checkpoints/experts/chat@2");
    Process killed = command("update.margin=0.9");
    while (!Files.exists(trained)) {
      assertThat(killed.isAlive()).as(Files.readString(folder.resolve("out.txt"))).isTrue();
      Thread.sleep(5);
    }
    killed.destroyForcibly().waitFor();
    assertThat(forest().version()).isEqualTo(before.version());

    int exitCode = command("update.margin=0.9").waitFor();
    assertThat(exitCode).as(Files.readString(folder.resolve("out.txt"))).isEqualTo(3);
    assertThat(forest().hash()).as("the same experts take part").isEqualTo(before.hash());
    Expert candidate = forest().experts().get(forest().experts().size() - 1);
    assertThat(candidate.status()).isEqualTo(ExpertStatus.CANDIDATE);
    assertThat(candidate.checkpoint()).isEqualTo("expert/chat@2");
  }

  @Test
  @Order(4)
  void theNextUpdateGoesOnFromTheCandidate() throws IOException {
    Expert candidate = forest().experts().get(forest().experts().size() - 1);
    arrives("chat", "c", 60, 30);
    Update update = update(new RecordedEvents());
    assertThat(update.number()).isEqualTo(3);
    Expert newest = forest().experts().get(forest().experts().size() - 1);
    assertThat(newest.checkpoint()).isEqualTo("expert/chat@3");
    assertThat(newest.parents()).containsExactly(candidate.hash());
    assertThat(newest.isActive()).isEqualTo(update.outcome() == Update.Outcome.PROMOTED);
  }

  @Test
  @Order(5)
  void textThatTheRunHasAlreadyIsNotTrainedOn() throws IOException {
    arrives("chat", "a again", 0, 30);
    long version = forest().version();
    Update update = update(new RecordedEvents());
    assertThat(update.outcome()).isEqualTo(Update.Outcome.NOTHING_NEW);
    assertThat(forest().version()).isEqualTo(version);
    assertThat(update(new RecordedEvents()).number()).as("and isn't looked at again").isZero();
  }

  @Test
  @Order(6)
  void afterwardsTheRunIsWholeAndAPromotionCanBeTakenBack() {
    assertThat(check()).isEmpty();
    ForestJobs jobs = ForestJobs.of(spark, experiment(), new RecordedEvents());
    jobs.rollback(1);
    assertThat(jobs.history().latest().hash()).isEqualTo(jobs.history().at(1).forest().hash());
    assertThat(check()).isEmpty();
  }

  private static List<Problem> check() {
    return RunCheck.of(new Configuration(), RunPaths.of(folder.resolve("run").toString()))
        .problems()
        .stream()
        .filter(Problem::isFailure)
        .toList();
  }

  private static void arrives(String domain, String name, int first, int number)
      throws IOException {
    SampleText.write(
        folder.resolve("text/train").resolve(domain).resolve(name + ".jsonl"),
        SampleText.documents("train", domain, first, number));
  }

  private static Update update(ProgressListener listener) {
    return ForestJobs.of(spark, experiment(), listener).update();
  }

  private static Experiment experiment() {
    return Experiment.load(
        file.toString(), List.of(), Optional.of(folder.resolve("run").toString()));
  }

  private static Process command(String setting) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SparkDaemon.java().toString());
    command.addAll(List.of("-Xmx900m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(SparkDaemon.moduleOptions());
    command.addAll(List.of("io.espalier.cli.Espalier", "update", file.toString()));
    command.addAll(List.of("--output", folder.resolve("run").toString(), "--set", setting));
    command.addAll(List.of("--master", "local[2]"));
    for (Map.Entry<String, String> spark : TinyExperiment.SPARK.entrySet()) {
      command.addAll(List.of("--conf", spark.getKey() + "=" + spark.getValue()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectOutput(folder.resolve("out.txt").toFile()).start();
  }

  private static Forest forest() {
    return ForestJobs.of(spark, experiment(), new RecordedEvents()).history().latest();
  }

  private static long documents(String domain, String split) {
    var documents =
        Table.at(
            spark, TableSchema.DOCUMENTS, experiment().paths().table(TableSchema.DOCUMENTS.name()));
    return documents
        .read(documents.latestVersion().orElseThrow())
        .where(col("domain").equalTo(domain).and(col("split").equalTo(split)))
        .count();
  }
}
