package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.espalier.domain.DocumentColumns;
import io.espalier.domain.DomainSharder;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Adds the domain that each source's sharder gives, and rejects the documents without one. */
final class DomainStage {
  static final String STAGE = "domain";

  private DomainStage() {}

  /** The columns of a record, and that of its cluster. */
  static DocumentColumns columns() {
    return new DocumentColumns(
        col("path"), col("text"), col("label"), col("id"), col("source"), col("cluster"));
  }

  /**
   * @param rows with a column {@code cluster}
   */
  static Dataset<Row> assign(Dataset<Row> rows, List<SourcePlan> sources) {
    DocumentColumns columns = columns();
    Column domain = lit(null).cast("string");
    Column detail = lit(null).cast("string");
    for (int origin = 0; origin < sources.size(); origin++) {
      DomainSharder sharder = sources.get(origin).settings().domain();
      Column mine = col("origin").equalTo(origin);
      domain = when(mine, sharder.domain(columns)).otherwise(domain);
      detail = when(mine, lit(sharder.reasonForNone())).otherwise(detail);
    }
    Column lost = col("reason").equalTo("").and(col("domain").isNull());
    return RejectedRows.mark(rows.withColumn("domain", domain), lost, STAGE, "no_domain", detail);
  }
}
