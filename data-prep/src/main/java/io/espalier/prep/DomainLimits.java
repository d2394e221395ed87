package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.config.ConfigException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Rejects what a training domain has beyond its limit. Documents stay in the order of a hash of
 * seed and id, up to the first with which the limit would be exceeded: a domain's choice depends on
 * no other order, and a larger limit keeps all that a smaller one keeps.
 */
final class DomainLimits {
  static final String STAGE = "limit";

  private DomainLimits() {}

  /**
   * @param rows with domains; those that are rejected already are passed over
   */
  static Dataset<Row> reject(Dataset<Row> rows, PreparationPlan plan) {
    DomainSettings.Limits limits = plan.settings().domains().limits();
    if (!limits.isOn()) {
      return rows;
    }
    Dataset<Row> narrow =
        rows.where(col("reason").equalTo("").and(col("role").equalTo(Role.TRAINING.toString())))
            .select(
                col("origin"),
                col("path"),
                col("record"),
                col("domain"),
                col("id"),
                octet_length(col("text")).cast("long").as("size"));
    SortedMap<String, LimitPlan.Size> sizes = sizes(narrow);
    SortedMap<String, LimitPlan.Size> most = LimitPlan.of(limits, sizes);
    if (most.isEmpty()) {
      return rows;
    }
    Dataset<Row> ranked = ranked(narrow, most, plan.seed());
    checkNoneEmpty(ranked, most);
    Dataset<Row> losers =
        ranked
            .where(col("beyond"))
            .select(col("origin"), col("path"), col("record"), col("beyond_limit"));
    Column lost = col("beyond_limit").isNotNull();
    Dataset<Row> joined = rows.join(losers, RecordKey.names(), "left");
    return RejectedRows.mark(joined, lost, STAGE, "domain_limit", col("beyond_limit"))
        .drop("beyond_limit");
  }

  private static SortedMap<String, LimitPlan.Size> sizes(Dataset<Row> narrow) {
    SortedMap<String, LimitPlan.Size> sizes = new TreeMap<>();
    for (Row row : narrow.groupBy("domain").agg(count(lit(1)), sum("size")).collectAsList()) {
      sizes.put(row.getString(0), new LimitPlan.Size(row.getLong(1), row.getLong(2)));
    }
    return sizes;
  }

  /** Each document of a limited domain with whether it lies beyond, and a sentence about it. */
  private static Dataset<Row> ranked(
      Dataset<Row> narrow, SortedMap<String, LimitPlan.Size> most, long seed) {
    WindowSpec order =
        Window.partitionBy("domain").orderBy(xxhash64(lit(seed), lit(STAGE), col("id")), col("id"));
    Column documents = lit(Long.MAX_VALUE);
    Column bytes = lit(Long.MAX_VALUE);
    for (var each : most.entrySet()) {
      Column mine = col("domain").equalTo(each.getKey());
      documents = when(mine, each.getValue().documents()).otherwise(documents);
      bytes = when(mine, each.getValue().bytes()).otherwise(bytes);
    }
    Column total =
        sum("size").over(order.rowsBetween(Window.unboundedPreceding(), Window.currentRow()));
    return narrow
        .where(col("domain").isin(most.keySet().toArray()))
        .withColumn("rank", row_number().over(order).cast("long"))
        .withColumn("total", total)
        .withColumn("beyond", col("rank").gt(documents).or(col("total").gt(bytes)))
        .withColumn(
            "beyond_limit",
            concat(
                lit("document "),
                col("rank").cast("string"),
                lit(" of "),
                col("domain"),
                lit(" by hash, with which it would have "),
                col("total").cast("string"),
                lit(" bytes")));
  }

  private static void checkNoneEmpty(Dataset<Row> ranked, SortedMap<String, LimitPlan.Size> most) {
    for (Row row :
        ranked.where(col("rank").equalTo(1).and(col("beyond"))).sort("domain").collectAsList()) {
      String domain = row.getAs("domain");
      throw new ConfigException(
          "data.domains.limits leave %s %d bytes but its first document by hash has %d, so that the domain would be empty; a larger limit would work"
              .formatted(
                  domain,
                  most.getOrDefault(domain, new LimitPlan.Size(0, 0)).bytes(),
                  row.<Long>getAs("size")));
    }
  }
}
