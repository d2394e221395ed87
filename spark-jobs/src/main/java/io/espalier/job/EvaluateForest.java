package io.espalier.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.espalier.evaluate.EvaluationSettings;
import io.espalier.evaluate.ForestFigures;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.table.TableSchema;
import io.espalier.text.TokenBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Turns stored scores into every figure, of any number of forests: one pass over the table, one
 * task per domain, no forward pass (Li et al. 2022, section 2).
 *
 * <p>Scores and windows meet by one sort: what lies in one sequence comes one after the other, so a
 * task holds one sequence at a time, however many checkpoints scored it.
 */
final class EvaluateForest {
  /** The place of a window's tokens among the rows of its sequence: before all scores. */
  static final int TOKENS = -1;

  private static final Column[] SCORED_TEXT = {
    col("sequences_version"), col("domain"), col("split")
  };

  private EvaluateForest() {}

  /** The figures of the given checkpoints, with the ensembles of the run's own configuration. */
  static List<Result> run(
      Run run, long scoresVersion, List<ScoredModel> models, Map<String, String> roles) {
    return run(run, scoresVersion, models, roles, run.settings().evaluation());
  }

  /** The figures of the given checkpoints with the given ensembles. */
  static List<Result> run(
      Run run,
      long scoresVersion,
      List<ScoredModel> models,
      Map<String, String> roles,
      EvaluationSettings settings) {
    return figures(run, scoresVersion, models, roles, settings).results();
  }

  /**
   * The figures of the given checkpoints on every domain that they were scored on, and what each
   * document contributed.
   *
   * @param models of any number of forests; each forest's ensembles are made of its own experts
   * @param roles domain → {@link Result#TRAINING} or {@link Result#EVALUATION}
   */
  static ForestFigures figures(
      Run run,
      long scoresVersion,
      List<ScoredModel> models,
      Map<String, String> roles,
      EvaluationSettings settings) {
    run.spark().sparkContext().setJobDescription("evaluate forests from their scores");
    List<ScoredModel> ordered =
        models.stream()
            .distinct()
            .sorted(Comparator.comparing(ScoredModel::checkpoint).thenComparing(ScoredModel::hash))
            .toList();
    SequenceLayout layout = SequenceLayout.of(run);
    ClusterText.Source clusters = ClusterText.Source.of(run, settings);
    FlatMapFunction<Iterator<Row>, ForestFigures> evaluate =
        rows -> DomainScores.figures(rows, ordered, layout, roles, settings, clusters).iterator();
    List<ForestFigures> domains =
        rows(run, scoresVersion, ordered)
            .repartition(Math.max(1, roles.size()), col("domain"))
            .sortWithinPartitions(
                col("domain"), col("split").desc(), col("sequence_id"), col("model"))
            .toJavaRDD()
            .mapPartitions(evaluate)
            .collect();
    List<Result> results = new ArrayList<>();
    domains.forEach(domain -> results.addAll(domain.results()));
    results.sort(
        Comparator.comparing(Result::domain)
            .thenComparing(Result::split)
            .thenComparing(Result::model)
            .thenComparing(Result::metric));
    return new ForestFigures(
        results, domains.stream().flatMap(domain -> domain.documents().stream()).toList());
  }

  /** Windows and scores as rows of the same shape; models by their place in the list. */
  private static Dataset<Row> rows(Run run, long scoresVersion, List<ScoredModel> models) {
    long sequencesVersion = run.sequencesVersion();
    Dataset<Row> scores =
        run.table(TableSchema.SCORES)
            .read(scoresVersion)
            .where(concat_ws("/", SCORED_TEXT).isin(sameText(run, scoresVersion)))
            .where(col("checkpoint").isin(models.stream().map(ScoredModel::checkpoint).toArray()))
            .join(
                broadcast(places(run, models)),
                scala.jdk.javaapi.CollectionConverters.asScala(
                        List.of("checkpoint", "checkpoint_hash"))
                    .toSeq())
            .select(
                col("domain"),
                col("split"),
                col("sequence_id"),
                col("model"),
                lit(0).as("bytes"),
                col("log_probabilities").as("packed"));
    return windows(run.table(TableSchema.SEQUENCES).read(sequencesVersion), scores, run)
        .unionByName(scores);
  }

  /**
   * Windows with their tokens where someone scored them; of the others, how many documents end in
   * them, so that those between two scored windows are known.
   */
  private static Dataset<Row> windows(Dataset<Row> sequences, Dataset<Row> scores, Run run) {
    SequenceLayout layout = SequenceLayout.of(run);
    UDF1<byte[], Integer> ends = tokens -> layout.documentEnds(tokens);
    Dataset<Row> scored =
        scores.select("domain", "split", "sequence_id").distinct().withColumn("scored", lit(true));
    return sequences
        .where(col("split").isin(Result.VALIDATION_SPLIT, Result.TEST_SPLIT))
        .join(
            scored,
            scala.jdk.javaapi.CollectionConverters.asScala(
                    List.of("domain", "split", "sequence_id"))
                .toSeq(),
            "left")
        .select(
            col("domain"),
            col("split"),
            col("sequence_id"),
            lit(TOKENS).as("model"),
            when(col("scored").isNotNull(), col("bytes"))
                .otherwise(udf(ends, DataTypes.IntegerType).apply(col("tokens")))
                .as("bytes"),
            when(col("scored").isNotNull(), col("tokens")).as("packed"));
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

  private static Dataset<Row> places(Run run, List<ScoredModel> models) {
    StructType columns =
        new StructType()
            .add("checkpoint", DataTypes.StringType)
            .add("checkpoint_hash", DataTypes.StringType)
            .add("model", DataTypes.IntegerType);
    List<Row> rows =
        IntStream.range(0, models.size())
            .mapToObj(i -> RowFactory.create(models.get(i).checkpoint(), models.get(i).hash(), i))
            .toList();
    return run.spark().createDataFrame(rows, columns);
  }

  /**
   * How windows hold their tokens.
   *
   * @param tokenBytes bytes of each
   * @param endOfTextId the token that ends a document
   */
  record SequenceLayout(int tokenBytes, int endOfTextId) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    static SequenceLayout of(Run run) {
      try (var tokenizer = RunModel.openTokenizer(run.paths().tokenizer(), run.hadoopSettings())) {
        return new SequenceLayout(
            TokenBytes.width(tokenizer.vocabularySize()), tokenizer.endOfTextId());
      }
    }

    /** How many documents end in a window. */
    int documentEnds(byte[] packedTokens) {
      int[] tokens = TokenBytes.unpack(packedTokens, tokenBytes);
      return (int) IntStream.range(1, tokens.length).filter(t -> tokens[t] == endOfTextId).count();
    }

    /** After how many of a window's first predicted tokens a document ends. */
    int[] documentEnds(byte[] packedTokens, int predicted) {
      int[] tokens = TokenBytes.unpack(packedTokens, tokenBytes);
      return IntStream.rangeClosed(1, predicted).filter(t -> tokens[t] == endOfTextId).toArray();
    }
  }
}
