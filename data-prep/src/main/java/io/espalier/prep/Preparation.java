package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sum;

import io.espalier.table.DocumentRow;
import io.espalier.table.RecordRows;
import io.espalier.table.RejectionRow;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The stages after ingestion, as one dataset in which every record has a fate. */
final class Preparation {
  private Preparation() {}

  /** Records with unique ids, without duplicates, with domains. */
  static Dataset<Row> decide(Dataset<Row> ingested, PreparationPlan plan) {
    Dataset<Row> rows = UniqueIds.assign(ingested);
    if (plan.settings().deduplicate() == Deduplicate.EXACT) {
      rows = ExactDuplicates.reject(rows);
    }
    return DomainStage.assign(rows, plan.sources());
  }

  /** The kept ones as the table {@code documents} has them. */
  static Dataset<Row> documents(Dataset<Row> decided, SplitPlan splits) {
    return decided
        .where(kept())
        .withColumn("split", splits.column())
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

  private static Column kept() {
    return col("reason").equalTo("");
  }

  private static Column[] columns(Class<? extends Record> row) {
    return Arrays.stream(RecordRows.schema(row).fieldNames())
        .map(name -> col(name))
        .toArray(Column[]::new);
  }
}
