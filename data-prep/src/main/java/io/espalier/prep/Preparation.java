package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;

import io.espalier.table.DocumentRow;
import io.espalier.table.HeldRows;
import io.espalier.table.RecordRows;
import io.espalier.table.RejectionRow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The stages after ingestion, as one dataset in which every record has a fate. */
final class Preparation {
  private Preparation() {}

  /**
   * Records with unique ids, without duplicates and evaluation text, with domains, within the
   * domains' limits.
   *
   * @param held holds what the stages find out, until it is closed
   */
  static Dataset<Row> decide(
      Dataset<Row> ingested, PreparationPlan plan, ClusterDomains clusters, HeldRows held) {
    return decide(ingested, Optional.empty(), plan, clusters, held);
  }

  /**
   * The same of records that join a run.
   *
   * @param existing the documents that the run has, about which nothing is decided anew
   */
  static Dataset<Row> decide(
      Dataset<Row> ingested,
      Optional<ExistingDocuments> existing,
      PreparationPlan plan,
      ClusterDomains clusters,
      HeldRows held) {
    Dataset<Row> rows = withoutSharedText(ingested, existing, plan, held);
    rows = clusters.divide(DomainStage.assign(clusters.assign(rows), plan.sources()));
    clusters.compare(rows);
    return DomainLimits.reject(rows.drop("cluster"), plan);
  }

  private static Dataset<Row> withoutSharedText(
      Dataset<Row> ingested,
      Optional<ExistingDocuments> existing,
      PreparationPlan plan,
      HeldRows held) {
    DataSettings settings = plan.settings();
    Dataset<Row> rows = withoutCopies(ingested, existing, settings);
    // Each of these goes over the texts several times, so what came before is computed once.
    if (settings.nearDuplicates().on()) {
      Column node = DocumentNode.column(settings.split().type());
      Dataset<Row> named = held.holdOnDisk(rows).withColumn("node", node);
      rows = NearDuplicates.decide(named, existing, settings.nearDuplicates(), held);
    }
    if (settings.repeatedParagraphs().on()) {
      rows = RepeatedParagraphs.cut(held.holdOnDisk(rows), settings.repeatedParagraphs(), held);
    }
    if (settings.decontaminate().on()) {
      Dataset<Row> benchmarks = Benchmarks.read(rows.sparkSession(), plan, held);
      Dataset<Row> others =
          existing.isPresent() ? benchmarks.union(existing.get().evaluation()) : benchmarks;
      rows = Decontaminate.apply(held.holdOnDisk(rows), others, settings.decontaminate(), held);
    }
    return rows;
  }

  private static Dataset<Row> withoutCopies(
      Dataset<Row> ingested, Optional<ExistingDocuments> existing, DataSettings settings) {
    Dataset<Row> unique = UniqueIds.assign(ingested);
    Dataset<Row> rows = existing.isPresent() ? existing.get().renamed(unique) : unique;
    if (settings.deduplicate() != Deduplicate.EXACT) {
      return rows;
    }
    Dataset<Row> distinct = ExactDuplicates.reject(rows, settings.split().type());
    return existing.isPresent() ? existing.get().withoutCopies(distinct) : distinct;
  }

  /** The kept ones as the table {@code documents} has them. */
  static Dataset<Row> documents(Dataset<Row> decided, DocumentSplits splits) {
    return splits
        .assign(kept(decided))
        .withColumn("bytes", octet_length(col("text")))
        .select(columns(DocumentRow.class));
  }

  /** The others as the table {@code rejections} has them. */
  static Dataset<Row> rejections(Dataset<Row> decided) {
    return decided.where(not(kept())).select(columns(RejectionRow.class));
  }

  /** What is in each split of each domain. */
  static List<DomainCounts> domains(Dataset<Row> documents) {
    return documents
        .groupBy("role", "domain", "split")
        .agg(count(lit(1)).as("documents"), sum("bytes").as("bytes"))
        .orderBy("role", "domain", "split")
        .select(columns(DomainCounts.class))
        .collectAsList()
        .stream()
        .map(row -> RecordRows.fromRow(row, DomainCounts.class))
        .toList();
  }

  /** What of each source is in each split of each domain. */
  static List<SourceCounts> sources(
      Dataset<Row> decided, DocumentSplits splits, PreparationPlan plan) {
    return splits
        .assign(kept(decided))
        .groupBy("role", "domain", "split", "origin")
        .agg(count(lit(1)).as("documents"), sum(octet_length(col("text"))).as("bytes"))
        .orderBy("role", "domain", "split", "origin")
        .collectAsList()
        .stream()
        .map(
            row ->
                new SourceCounts(
                    plan.sources().get(row.<Integer>getAs("origin")).key(),
                    row.getAs("domain"),
                    row.getAs("role"),
                    row.getAs("split"),
                    row.<Long>getAs("documents"),
                    row.<Long>getAs("bytes")))
        .toList();
  }

  /** Those that no stage has rejected. */
  static Dataset<Row> kept(Dataset<Row> decided) {
    return decided.where(kept());
  }

  private static Column kept() {
    return col("reason").equalTo("");
  }

  private static Column[] columns(Class<? extends Record> row) {
    return Arrays.stream(RecordRows.schema(row).fieldNames())
        .map(name -> col(name))
        .toArray(Column[]::new);
  }
}
