package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import io.espalier.evaluate.DocumentScores;
import io.espalier.evaluate.EnsembleSettings;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.ForestFigures;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.CachedPrior;
import io.espalier.forest.Posterior;
import io.espalier.table.ScoreRow;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored scores of two forests, made up on prepared text: what one pass makes of them. */
class EvaluateForestSparkTest {
  private static final EvaluationSettings SETTINGS =
      new EvaluationSettings(
          3, List.of(new EnsembleSettings("mixed", Posterior.FULL_CONTEXT, new CachedPrior(), 0)));
  private static final List<ScoredModel> OWN =
      Stream.of("seed", "expert/code", "expert/law").map(name -> model(name, "")).toList();
  private static final List<ScoredModel> TRIAL =
      OWN.stream().map(model -> model(model.checkpoint(), "trials/few/")).toList();

  @TempDir private static Path folder;
  private static Run run;
  private static List<Row> windows;

  @BeforeAll
  static void prepareAndScore() throws IOException {
    Experiment experiment = TinyExperiment.in(folder).to(folder.resolve("run"));
    var spark = EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    Pipeline.prepare(spark, experiment, new RecordedEvents());
    run = new Run(spark, experiment, new RecordedEvents());
    windows =
        run.table(TableSchema.SEQUENCES)
            .read(run.sequencesVersion())
            .where("split <> 'train' AND sequence_id < 4")
            .orderBy("domain", "split", "sequence_id")
            .collectAsList();
    append(OWN, 1);
    append(TRIAL, 1);
  }

  @Test
  void eachForestIsEvaluatedAsIfItWereAlone() {
    List<ScoredModel> both = new ArrayList<>(TRIAL);
    both.addAll(OWN);
    List<Result> together = figures(both).results();
    List<Result> own = figures(OWN).results();
    List<Result> trial = figures(TRIAL).results();
    assertThat(together).hasSize(own.size() + trial.size()).containsAll(own).containsAll(trial);
    assertThat(own).extracting(Result::model).contains("ensemble/mixed");
    assertThat(trial)
        .extracting(Result::model)
        .allSatisfy(name -> assertThat(name).startsWith("trials/few/"))
        .contains("trials/few/ensemble/mixed", "trials/few/expert/law");
    assertThat(values(trial)).isEqualTo(values(own));
    assertThat(own).filteredOn(r -> r.metric().equals(Result.CACHED_PRIOR)).hasSize(4 * 2);
  }

  private static List<Double> values(List<Result> results) {
    return results.stream().map(Result::value).toList();
  }

  @Test
  void documentsAreThoseThatWerePackedAndAddUpToTheFigures() {
    ForestFigures figures = figures(OWN);
    assertThat(figures.documents()).hasSize(4 * 2);
    for (DocumentScores documents : figures.documents()) {
      double sum = 0;
      long tokens = 0;
      for (int d = 0; d < documents.tokens().length; d++) {
        sum += documents.of("ensemble/mixed")[d];
        tokens += documents.tokens()[d];
      }
      Result figure =
          figures.results().stream()
              .filter(r -> r.model().equals("ensemble/mixed"))
              .filter(r -> r.metric().equals(Result.PERPLEXITY))
              .filter(r -> r.domain().equals(documents.split().domain()))
              .filter(r -> r.split().equals(documents.split().split()))
              .findFirst()
              .orElseThrow();
      assertThat(tokens).isEqualTo(figure.tokens());
      assertThat(Math.exp(sum / tokens))
          .isCloseTo(figure.value(), org.assertj.core.api.Assertions.within(1e-9));
      // Every end-of-text token but a window's first, which is only read, ends a document.
      assertThat(documents.tokens().length).isBetween(1, TinyExperiment.DOCUMENTS);
    }
  }

  @Test
  void aSequenceThatWasScoredTwiceByOneCheckpointIsRefused() {
    ScoredModel twice = model("twice", "");
    append(List.of(twice), 1);
    append(List.of(twice), 2);
    assertThatThrownBy(() -> figures(List.of(twice)))
        .hasRootCauseInstanceOf(FormatException.class)
        .rootCause()
        .hasMessageContaining("Table scores has two rows of twice for sequence 0 of");
  }

  private static ForestFigures figures(List<ScoredModel> models) {
    return EvaluateForest.figures(
        run,
        run.table(TableSchema.SCORES).latestVersion().orElseThrow(),
        models,
        Map.of("code", Result.TRAINING, "law", Result.TRAINING, "poems", Result.TRAINING),
        SETTINGS);
  }

  private static ScoredModel model(String name, String prefix) {
    return new ScoredModel(prefix + name, "hash of " + prefix + name);
  }

  /** The same scores for the same checkpoint of any forest. */
  private static void append(List<ScoredModel> models, int time) {
    List<ScoreRow> rows = new ArrayList<>();
    for (ScoredModel model : models) {
      String name = model.checkpoint().replaceFirst("^trials/few/", "");
      Random random = new Random(name.hashCode());
      for (Row window : windows) {
        ByteBuffer scores =
            ByteBuffer.allocate(4 * (window.<Integer>getAs("token_count") - 1))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (scores.hasRemaining()) {
          scores.putFloat(-6 * random.nextFloat());
        }
        rows.add(
            new ScoreRow(
                model.checkpoint(),
                model.hash(),
                run.sequencesVersion(),
                window.getAs("domain"),
                window.getAs("split"),
                window.getAs("sequence_id"),
                scores.array()));
      }
    }
    run.table(TableSchema.SCORES).append(rows, models + " " + time);
  }
}
