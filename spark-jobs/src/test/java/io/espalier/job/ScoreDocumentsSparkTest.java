package io.espalier.job;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.table.PinnedSequences;
import io.espalier.table.TableSchema;
import io.espalier.text.Tokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A forest that has seen a little more of three domains sorts documents into them. */
class ScoreDocumentsSparkTest {
  private static final int UINT16_BYTES = 2;

  @TempDir private static Path folder;
  private static Experiment experiment;
  private static SparkSession spark;

  @BeforeAll
  static void train() throws IOException {
    experiment =
        TinyExperiment.in(folder)
            .to(
                folder.resolve("run"),
                "training.steps=120",
                "training.checkpoint_steps=60",
                "training.metrics_steps=60",
                "training.schedule.peak_learning_rate=0.01",
                "scoring.maximum_sequences_per_split=0");
    spark = EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    RecordedEvents events = new RecordedEvents();
    Pipeline.prepare(spark, experiment, events);
    Pipeline.trainSeed(spark, experiment, events);
    Pipeline.trainExperts(spark, experiment, events);
    Pipeline.trainDense(spark, experiment, events);
    Pipeline.score(spark, experiment, events);
  }

  private static Map<String, Row> scored(String name, Path input, String format) {
    Path output = folder.resolve(name);
    score(input, output, "id", "text");
    Map<String, Row> rows = new HashMap<>();
    DataFrameReader reader = spark.read().format(format);
    // JSON's maps look like structures without it; Delta has its own.
    (format.equals("json") ? reader.schema(DocumentScores.SCHEMA) : reader)
        .load(output.toString())
        .collectAsList()
        .forEach(row -> rows.put(row.getAs("id"), row));
    return rows;
  }

  private static Row row(Map<String, Row> rows, String id) {
    return Objects.requireNonNull(rows.get(id), id);
  }

  private static void score(Path input, Path output, String idField, String textField) {
    Pipeline.scoreDocuments(
        spark,
        experiment,
        new RecordedEvents(),
        new ScoreDocuments.Request(input.toString(), idField, textField, output.toString(), ""));
  }

  private static List<Row> documents(String split) {
    return spark
        .read()
        .format("delta")
        .load(experiment.paths().table("documents"))
        .where(col("split").equalTo(split))
        .collectAsList();
  }

  @Test
  void mostTestDocumentsAreFoundToBeOfTheirDomain() {
    Path input = folder.resolve("test-documents.parquet");
    spark
        .read()
        .format("delta")
        .load(experiment.paths().table("documents"))
        .where(col("split").equalTo("test"))
        .where(col("domain").isin("code", "law", "poems"))
        .select("id", "text", "domain")
        .write()
        .parquet(input.toString());
    Map<String, Row> rows = scored("test-scores.parquet", input, "parquet");
    List<Row> test =
        documents("test").stream().filter(d -> !d.getAs("domain").equals("recipes")).toList();
    long right =
        test.stream()
            .filter(d -> row(rows, d.getAs("id")).getAs("domain").equals(d.getAs("domain")))
            .count();
    assertThat(rows).hasSameSizeAs(test).hasSizeGreaterThanOrEqualTo(6);
    assertThat((double) right / test.size()).as("one in three by chance").isGreaterThan(0.8);
    rows.values()
        .forEach(
            row -> {
              Map<String, Double> posterior = row.getJavaMap(row.fieldIndex("posterior"));
              assertThat(posterior.keySet()).containsExactlyInAnyOrder("code", "law", "poems");
              assertThat(posterior.values().stream().mapToDouble(d -> d).sum())
                  .isEqualTo(1, within(1e-9));
              assertThat(row.<Double>getAs("domain_posterior"))
                  .isEqualTo(posterior.get(row.<String>getAs("domain")));
            });
  }

  @Test
  void perplexitiesAreThoseOfTheTableScores() throws IOException {
    try (Tokenizer tokenizer = RunModel.openTokenizer(experiment.paths().tokenizer(), Map.of())) {
      int[] ids = firstDocument(tokenizer);
      Path input =
          Files.writeString(
              folder.resolve("first.jsonl"),
              "{\"id\": \"first\", \"text\": \"%s\"}\n".formatted(tokenizer.decode(ids)));
      Row row = row(scored("first-scores.jsonl", input, "json"), "first");
      Map<String, Double> perplexity = row.getJavaMap(row.fieldIndex("perplexity"));
      assertThat(row.<Long>getAs("tokens")).isEqualTo(ids.length).isGreaterThan(2 * 16);
      assertThat(perplexity.keySet())
          .containsExactlyInAnyOrder(
              "expert/code", "expert/law", "expert/poems", "dense", "ensemble");
      for (String model : List.of("expert/code", "expert/law", "expert/poems", "dense")) {
        double expected = perplexityFromTable(model, ids.length);
        assertThat(perplexity.get(model)).isEqualTo(expected, within(1e-4 * expected));
      }
    }
  }

  /** Of a split's stream, which begins with it, so that windows are cut alike. */
  private static int[] firstDocument(Tokenizer tokenizer) {
    List<Integer> ids = new ArrayList<>();
    PinnedSequences.openLatest(experiment.paths().table("sequences"), Map.of())
        .orElseThrow()
        .forEach(
            "recipes",
            "test",
            sequence -> {
              ByteBuffer tokens = ByteBuffer.wrap(sequence.tokens()).order(ByteOrder.LITTLE_ENDIAN);
              for (int i = ids.isEmpty() ? 0 : 1; i < sequence.tokenCount(); i++) {
                ids.add((int) tokens.getChar(UINT16_BYTES * i));
              }
            });
    List<Integer> rest = ids.subList(1, ids.size());
    return rest.subList(0, rest.indexOf(tokenizer.endOfTextId())).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double perplexityFromTable(String model, int tokens) {
    List<Row> windows =
        spark
            .read()
            .format("delta")
            .load(experiment.paths().table(TableSchema.SCORES.name()))
            .where(col("checkpoint").equalTo(model))
            .where(col("domain").equalTo("recipes"))
            .where(col("split").equalTo("test"))
            .orderBy("sequence_id")
            .collectAsList();
    double sum = 0;
    int left = tokens;
    for (Row window : windows) {
      ByteBuffer scores =
          ByteBuffer.wrap(window.<byte[]>getAs("log_probabilities")).order(ByteOrder.LITTLE_ENDIAN);
      for (; left > 0 && scores.hasRemaining(); left--) {
        sum += scores.getFloat();
      }
    }
    return Math.exp(-sum / tokens);
  }

  @Test
  void whatHasNoTextCostsItsOwnRowOnly() throws IOException {
    Path input =
        Files.write(
            folder.resolve("mixed.jsonl"),
            List.of(
                "{\"id\": \"good\", \"text\": \"court shall party agreement\"}",
                "{\"id\": \"broken\", \"text\": \"court",
                "{\"id\": \"empty\", \"text\": \"\"}",
                "{\"id\": \"none\"}",
                "{\"text\": \"moon rose heart night\"}",
                "{\"id\": \"long\", \"text\": \"%s\"}"
                    .formatted("court shall party ".repeat(500))));
    Map<String, Row> rows = scored("mixed-scores", input, "delta");
    assertThat(rows).hasSize(6);
    assertThat(row(rows, "good").<String>getAs("problem")).isEmpty();
    assertThat(row(rows, "long").<Long>getAs("tokens")).isGreaterThan(1000);
    assertThat(row(rows, "long").<String>getAs("problem")).isEmpty();
    assertThat(row(rows, "mixed.jsonl#5").<String>getAs("domain")).isNotEmpty();
    Row broken = row(rows, "mixed.jsonl#2");
    assertThat(broken.<String>getAs("problem")).startsWith("broken_json");
    assertThat(broken.<Long>getAs("tokens")).isZero();
    assertThat(broken.getJavaMap(broken.fieldIndex("perplexity"))).isEmpty();
    assertThat(row(rows, "empty").<String>getAs("problem")).startsWith("empty");
    assertThat(row(rows, rows.containsKey("none") ? "none" : "mixed.jsonl#4"))
        .extracting(row -> row.<String>getAs("problem"))
        .asString()
        .isNotEmpty();
  }

  @Test
  void aDeltaTableWithOtherNamesIsReadToo() {
    Path input = folder.resolve("table");
    spark
        .read()
        .format("delta")
        .load(experiment.paths().table("documents"))
        .where(col("domain").equalTo("law"))
        .selectExpr("id as key", "text as body")
        .limit(5)
        .write()
        .format("delta")
        .save(input.toString());
    Path output = folder.resolve("table-scores");
    score(input, output, "key", "body");
    assertThat(spark.read().format("delta").load(output.toString()).where("problem = ''").count())
        .isEqualTo(5);
    assertThatThrownBy(() -> score(input, folder.resolve("other"), "id", "body"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("columns key, body")
        .hasMessageContaining("id-field is id");
  }

  @Test
  void theForestGoesOnWithATextOfADomainInItsExpertsVoice() {
    Generate.Request request =
        new Generate.Request("court shall party agreement clause", 24, 0.8, 0.95, 20, 0, "");
    List<SpokenText.Token> heard = new ArrayList<>();
    SpokenText text = Generate.fromEnsemble(experiment, request, heard::add);
    assertThat(text.tokens()).isEqualTo(heard).isNotEmpty();
    assertThat(text.experts().get(0).expert()).isEqualTo("expert/law");
    assertThat(text.experts().stream().mapToDouble(SpokenText.Share::meanPosterior).sum())
        .isEqualTo(1, within(1e-6));
    assertThat(Generate.fromEnsemble(experiment, request, token -> {})).isEqualTo(text);
    SpokenText alone = Generate.fromCheckpoint(experiment, "expert/law", request, token -> {});
    assertThat(alone.experts())
        .containsExactly(new SpokenText.Share("expert/law", alone.tokens().size(), 1));
  }

  @Test
  void aTextLongerThanTheWindowGoesOn() {
    Generate.Request request = new Generate.Request("moon rose", 100, 0.8, 0.95, 4, 1, "");
    SpokenText text = Generate.fromEnsemble(experiment, request, token -> {});
    assertThat(text.text()).isNotEmpty();
    assertThat(text.tokens()).hasSizeGreaterThan(16);
  }

  @Test
  void whatIsThereAlreadyIsNotOverwritten() throws IOException {
    Path input =
        Files.writeString(folder.resolve("one.jsonl"), "{\"id\": \"a\", \"text\": \"moon\"}\n");
    Path output = Files.createDirectories(folder.resolve("taken"));
    assertThatThrownBy(() -> score(input, output, "id", "text"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("output is " + output + " but something is there already");
    try (Stream<Path> left = Files.list(output)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void anInputThatIsNotThereIsRefused() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> score(nowhere, folder.resolve("no-scores"), "id", "text"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> new ScoreDocuments.Request("a", "id", "text", "b", "xml"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("format is xml but must be delta, parquet or json");
  }
}
