package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sequence;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.cluster.ClusterAssigner;
import io.espalier.cluster.ClusterFit;
import io.espalier.cluster.ClusterModel;
import io.espalier.cluster.ClusterSettings;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Which documents a model is fitted on, and what it says of all of them.
 *
 * <p>The sample is of text rather than of documents, so that clusters of equal size are domains
 * with equally much to train on: documents are cut into pieces, and a hash of seed, id and piece
 * chooses among them, a short one the less often the shorter it is. Only what hashing puts into the
 * training split takes part: validation and test text decides nothing. The sample comes to the
 * driver sorted, a partition at a time.
 */
record ClusterSample(PreparationPlan plan, int clusters) {
  private static final long BUCKETS = 1_000_000_000L;

  /** Characters: long enough to tell what it is about. */
  private static final long LONGEST_PIECE = 2000;

  /** The documents of {@code rows}, ready to be fitted. */
  ClusterFit fitter(Dataset<Row> rows, String purpose) {
    ClusterSettings settings = plan.settings().domains().clusters().settings(clusters);
    SplitPlan splits = SplitPlan.byHash(plan.settings(), plan.seed());
    Dataset<Row> trained =
        rows.where(splits.mayTrain())
            .select(col("id"), col("text"), length(col("text")).cast("long").as("size"));
    Row totals = trained.agg(count(lit(1)), sum("size")).first();
    ClusterFit fit = new ClusterFit(settings);
    if (totals.getLong(0) > 0) {
      pieces(trained, totals.getLong(0), totals.getLong(1), settings.samplePieces(), purpose)
          .toLocalIterator()
          .forEachRemaining(row -> fit.add(row.getString(3)));
    }
    return fit;
  }

  private Dataset<Row> pieces(
      Dataset<Row> trained, long documents, long characters, int wanted, String purpose) {
    // Where documents are short, pieces are as long as they are: else hardly any would be chosen.
    long longest = Math.min(LONGEST_PIECE, (characters - 1) / documents + 1);
    double chosen = Math.min(1, (double) wanted * longest / characters);
    Column all = sequence(lit(0L), floor(col("size").minus(1).divide(longest)));
    Column some =
        filter(
            all,
            piece ->
                hash(purpose, piece)
                    .lt(
                        least(lit(longest), col("size").minus(piece.multiply(longest)))
                            .multiply(chosen * BUCKETS / longest)));
    return trained
        .select(col("id"), col("text"), explode(some).as("piece"))
        .select(
            hash(purpose, col("piece")).as("hash"),
            col("id"),
            col("piece"),
            col("text")
                .substr(col("piece").multiply(longest).plus(1).cast("int"), lit((int) longest))
                .as("text"))
        .sort("hash", "id", "piece");
  }

  private Column hash(String purpose, Column piece) {
    return pmod(
        xxhash64(lit(plan.seed()), lit("cluster/" + purpose), col("id"), piece), lit(BUCKETS));
  }

  /**
   * Key → what the model of a document's domain says.
   *
   * @param rows with a domain, each of which has a model
   * @param column name of the answer
   */
  static Dataset<Row> assigned(
      SparkSession spark,
      Dataset<Row> rows,
      SortedMap<String, ClusterModel> models,
      String column) {
    Broadcast<SortedMap<String, ClusterModel>> sent =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(models);
    MapPartitionsFunction<Row, Row> assign = part -> answers(part, sent.value());
    StructType schema =
        new StructType()
            .add("origin", DataTypes.IntegerType)
            .add("path", DataTypes.StringType)
            .add("record", DataTypes.LongType)
            .add(column, DataTypes.StringType);
    return rows.select("origin", "path", "record", "domain", "text")
        .mapPartitions(assign, Encoders.row(schema));
  }

  private static Iterator<Row> answers(Iterator<Row> rows, SortedMap<String, ClusterModel> models) {
    Map<String, ClusterAssigner> assigners = new HashMap<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        ClusterAssigner assigner =
            assigners.computeIfAbsent(
                row.getString(3),
                domain -> new ClusterAssigner(Objects.requireNonNull(models.get(domain))));
        return RowFactory.create(
            row.getInt(0), row.getString(1), row.getLong(2), assigner.domain(row.getString(4)));
      }
    };
  }
}
