package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.RunPaths;
import io.espalier.upkeep.LiveStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others see of a session at work: status file, Prometheus servlet, event log, JSON log. */
class ObservedSessionSparkTest {
  @TempDir private static Path folder;
  private static Experiment experiment;
  private static SparkSession spark;

  @BeforeAll
  static void open() throws IOException {
    experiment = TinyExperiment.in(folder).to(folder.resolve("run"));
    Map<String, String> settings = new HashMap<>(TinyExperiment.SPARK);
    settings.put("spark.ui.enabled", "true");
    settings.put("spark.ui.port", "0");
    settings.put("spark.eventLog.enabled", "true");
    settings.put("spark.eventLog.compress", "false");
    settings.put(
        "spark.eventLog.dir", Files.createDirectories(folder.resolve("events")).toUri().toString());
    SparkSession.getDefaultSession()
        .foreach(
            other -> {
              other.stop();
              return null;
            });
    spark = EspalierSession.open(experiment, Optional.of("local[2]"), settings);
  }

  @AfterAll
  static void close() {
    spark.stop();
  }

  @Test
  void theStatusSaysWhatRunsAndHowLongItTakesStill() {
    RunPaths paths = RunPaths.of(folder.resolve("told").toString());
    Experiment told = tiny("told");
    LiveProgress live = LiveProgress.of(spark, told, new RecordedEvents());
    assertThat(LiveStatus.read(new Configuration(), paths)).as("nothing before a stage").isEmpty();
    live.stageSkipped("prepare", "complete");
    live.stageStarted("train-experts", "2 experts");
    live.progress("train-experts", "expert/law", 10, 100, "tokens", "loss 4.21");
    live.progress("train-experts", "expert/code", 100, 100, "tokens", "");
    live.message("a line");
    live.stageStarted("score", "4 checkpoints"); // Two stages at once; the status is written anew.
    LiveStatus said = LiveStatus.read(new Configuration(), paths).orElseThrow();
    assertThat(said.state()).isEqualTo(LiveStatus.RUNNING);
    assertThat(said.messages()).containsExactly("a line");
    assertThat(said.stages())
        .extracting(LiveStatus.Stage::name)
        .containsExactly("prepare", "train-experts", "score");
    LiveStatus.Stage training = said.stages().get(1);
    assertThat(training.done()).isEqualTo(110);
    assertThat(training.total()).isEqualTo(200);
    assertThat(training.items()).contains(new LiveStatus.Item("expert/law", 10, 100, "loss 4.21"));
    live.stageFinished("score", "done");
    live.close();
    assertThat(LiveStatus.read(new Configuration(), paths).orElseThrow().state())
        .as("training never ended")
        .isEqualTo(LiveStatus.FAILED);
  }

  @Test
  void theStatusIsBoundedHoweverManyItemsThereAre() throws IOException {
    Experiment large = tiny("large");
    try (LiveProgress live = LiveProgress.of(spark, large, new RecordedEvents())) {
      IntStream.range(0, 200).forEach(i -> live.stageSkipped("stage-" + i, "x".repeat(10_000)));
      live.stageStarted("score", "y".repeat(10_000));
      IntStream.range(0, 5_000).forEach(i -> live.progress("score", "item" + i, 1, 2, "", "z"));
      live.stageFinished("score", "done");
    }
    assertThat(Files.size(folder.resolve("large/status/live.json"))).isLessThan(100_000);
  }

  @Test
  void whoeverReadsTheStatusFindsAWholeOne() throws Exception {
    Experiment written = tiny("written");
    AtomicBoolean over = new AtomicBoolean();
    try (LiveProgress live = LiveProgress.of(spark, written, new RecordedEvents())) {
      live.stageStarted("first", "");
      CompletableFuture<Integer> reader =
          CompletableFuture.supplyAsync(
              () -> {
                int read = 0;
                while (!over.get()) {
                  assertThat(LiveStatus.read(new Configuration(), written.paths())).isPresent();
                  read++;
                }
                return read;
              });
      for (int i = 0; i < 300; i++) {
        live.stageStarted("stage-" + i, "x".repeat(i));
      }
      over.set(true);
      assertThat(reader.get()).isPositive();
    }
  }

  @Test
  void prometheusSeesEveryItemOfAStage() throws Exception {
    StageMetrics.started("train-experts");
    StageMetrics.progress("train-experts", "expert/law", 4_100, 61_440);
    String url = spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/";
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .containsPattern("EspalierPlugin_train_experts_expert_law_done_Number\\{[^}]*} 4100")
        .containsPattern("EspalierPlugin_train_experts_expert_law_total_Number\\{[^}]*} 61440")
        .containsPattern("EspalierPlugin_stages_started_Count");
  }

  @Test
  void theHistoryServersLogIsWrittenWhereSparkIsTold() throws IOException {
    spark.range(10).count();
    try (Stream<Path> logs = Files.walk(folder.resolve("events"))) {
      List<Path> written =
          logs.filter(Files::isRegularFile).filter(p -> !p.toString().endsWith(".crc")).toList();
      assertThat(written)
          .anySatisfy(
              log -> assertThat(Files.readString(log)).contains("SparkListenerApplicationStart"));
    }
  }

  @Test
  void aLineOfTheJsonLogSaysWhatItIsAbout() throws Exception {
    Path log = folder.resolve("log.json");
    System.setProperty("espalier.log", log.toString());
    System.setProperty("espalier.log.format", "json");
    try (LoggerContext context = new LoggerContext("json")) {
      context.setConfigLocation(Path.of("../conf/log4j2.properties").toUri());
      context.start();
      LogContext.task(
          "runs/x",
          "train-experts",
          "expert/law",
          2,
          () -> {
            context.getLogger("io.espalier.Test").info("a \"line\"\nof two");
            return true;
          });
      context.getLogger("io.espalier.Test").error("failed", new IOException("why"));
    } finally {
      System.clearProperty("espalier.log.format");
      System.clearProperty("espalier.log");
    }
    List<String> lines = Files.readAllLines(log);
    assertThat(lines).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.path("message").asText()).isEqualTo("a \"line\"\nof two");
    assertThat(first.path("run").asText()).isEqualTo("runs/x");
    assertThat(first.path("stage").asText()).isEqualTo("train-experts");
    assertThat(first.path("expert").asText()).isEqualTo("expert/law");
    assertThat(first.path("attempt").asText()).isEqualTo("2");
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.path("expert").isMissingNode()).isTrue();
    assertThat(second.path("exception").asText()).contains("java.io.IOException: why");
  }

  private static Experiment tiny(String name) {
    return new TinyExperiment(folder.resolve("tiny.yaml"), folder).to(folder.resolve(name));
  }
}
