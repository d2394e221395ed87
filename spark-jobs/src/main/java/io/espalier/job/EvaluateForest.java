package io.espalier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.struct;

import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.table.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Turns stored scores into every figure: one task per domain, no forward pass (Li et al. 2022,
 * section 2).
 */
final class EvaluateForest {
  private static final Column[] SCORED_TEXT = {
    col("sequences_version"), col("domain"), col("split")
  };

  private EvaluateForest() {}

  /**
   * The figures of the given checkpoints on every domain that they were scored on.
   *
   * @param roles domain → {@link Result#TRAINING} or {@link Result#EVALUATION}
   */
  static List<Result> run(
      Run run, long scoresVersion, List<ScoredModel> models, Map<String, String> roles) {
    run.spark().sparkContext().setJobDescription("evaluate the forest from its scores");
    EvaluationSettings settings = run.settings().evaluation();
    FlatMapFunction<java.util.Iterator<Row>, Result> evaluate =
        rows -> DomainScores.results(rows, roles, settings).iterator();
    List<Result> results =
        new ArrayList<>(
            scoresBySequence(run, scoresVersion, models)
                .repartition(Math.max(1, roles.size()), col("domain"))
                .sortWithinPartitions(col("domain"), col("split").desc(), col("sequence_id"))
                .toJavaRDD()
                .mapPartitions(evaluate)
                .collect());
    results.sort(
        Comparator.comparing(Result::domain)
            .thenComparing(Result::split)
            .thenComparing(Result::model)
            .thenComparing(Result::metric));
    return results;
  }

  /** One row per sequence: what each checkpoint says of it, in the order of their names. */
  private static Dataset<Row> scoresBySequence(
      Run run, long scoresVersion, List<ScoredModel> models) {
    long sequencesVersion = run.sequencesVersion();
    Object[] current = models.stream().map(m -> m.checkpoint() + "@" + m.hash()).toArray();
    Dataset<Row> bytes =
        run.table(TableSchema.SEQUENCES)
            .read(sequencesVersion)
            .select("domain", "split", "sequence_id", "bytes");
    return run.table(TableSchema.SCORES)
        .read(scoresVersion)
        .where(concat_ws("/", SCORED_TEXT).isin(sameText(run, scoresVersion)))
        .where(concat_ws("@", col("checkpoint"), col("checkpoint_hash")).isin(current))
        .join(
            bytes,
            scala.jdk.javaapi.CollectionConverters.asScala(
                    List.of("domain", "split", "sequence_id"))
                .toSeq())
        .groupBy("domain", "split", "sequence_id")
        .agg(
            first("bytes").as("bytes"),
            sort_array(collect_list(struct("checkpoint", "checkpoint_hash", "log_probabilities")))
                .as("scores"));
  }

  /** Which scores are of text that hasn't changed since. */
  private static Object[] sameText(Run run, long scoresVersion) {
    SameText sameText = SameText.of(run);
    return run
        .table(TableSchema.SCORES)
        .read(scoresVersion)
        .select(SCORED_TEXT)
        .distinct()
        .collectAsList()
        .stream()
        .filter(row -> sameText.since(row.getLong(0), row.getString(1), row.getString(2)))
        .map(row -> row.getLong(0) + "/" + row.getString(1) + "/" + row.getString(2))
        .toArray();
  }
}
