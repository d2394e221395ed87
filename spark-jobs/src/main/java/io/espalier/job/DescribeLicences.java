package io.espalier.job;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.espalier.job.LicenceRows.Documented;
import io.espalier.job.LicenceRows.Stated;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.Provenance;
import io.espalier.prep.SourcePlan;
import io.espalier.report.DataFacts.SplitFact;
import io.espalier.report.LicenceFact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Holds the documents against what is stated of them. */
final class DescribeLicences {
  /** What {@code id@file#record} adds to an id that two records had. */
  private static final String RENAMED = "@[a-z][a-z0-9+.-]*:.*#[0-9]+$";

  private DescribeLicences() {}

  /** Nothing for documents that an earlier version prepared: it kept no counts by source. */
  static List<LicenceFact> of(
      SparkSession spark,
      PreparationPlan plan,
      PreparedDocuments prepared,
      Dataset<Row> documents,
      List<SplitFact> splits) {
    Map<String, Stated> stated = new HashMap<>();
    boolean documented = false;
    for (SourcePlan source : plan.sources()) {
      boolean each = source.settings().provenance().isGiven();
      stated.put(
          source.key(), new Stated(source.settings().licence(), source.settings().url(), each));
      documented |= each;
    }
    Map<String, Long> tokens = new HashMap<>();
    splits.forEach(split -> tokens.merge(split.domain(), split.tokens(), Long::sum));
    return new LicenceRows(
            stated,
            prepared.sources(),
            documented ? documented(documents, Provenance.read(spark, plan)) : List.of(),
            tokens)
        .facts();
  }

  private static List<Documented> documented(Dataset<Row> documents, Dataset<Row> provenance) {
    return documents
        .select(regexp_replace(col("id"), RENAMED, "").as("id"), col("domain"), col("bytes"))
        .join(provenance, "id")
        .groupBy("domain", "licence")
        .agg(
            coalesce(min(when(col("url").notEqual(""), col("url"))), lit("")),
            countDistinct(when(col("url").notEqual(""), col("url"))),
            count(lit(1)),
            sum("bytes"))
        .orderBy("domain", "licence")
        .collectAsList()
        .stream()
        .map(
            row ->
                new Documented(
                    row.getString(0),
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)))
        .toList();
  }
}
