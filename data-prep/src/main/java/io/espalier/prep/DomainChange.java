package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.espalier.table.RecordRows;
import io.espalier.table.RowChanges;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How a split of a domain differs from what it was. A document that moves from one split to another
 * is removed there and added here.
 *
 * @param added documents whose id the split didn't have
 * @param removed documents whose id it has no more
 * @param changed documents that have another text, or anything else, under the same id
 */
public record DomainChange(String domain, String split, long added, long removed, long changed)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  /** What must be known of a document that changes. */
  static final List<String> COLUMNS = List.of("domain", "split", "id");

  /** Counts them, sorted by domain and split. */
  static List<DomainChange> of(RowChanges changes) {
    Dataset<Row> documents =
        changes
            .described()
            .groupBy("domain", "split", "id")
            .agg(sum("before").gt(0).as("was"), sum("after").gt(0).as("is"));
    return documents
        .groupBy("domain", "split")
        .agg(
            times(col("is").and(col("was").equalTo(false))).as("added"),
            times(col("was").and(col("is").equalTo(false))).as("removed"),
            times(col("was").and(col("is"))).as("changed"))
        .orderBy("domain", "split")
        .collectAsList()
        .stream()
        .map(row -> RecordRows.fromRow(row, DomainChange.class))
        .toList();
  }

  private static Column times(Column condition) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L)));
  }

  /** One line: {@code law, split train: 12 documents added, 3 removed, 1 changed}. */
  @Override
  public String toString() {
    return "%s, split %s: %,d documents added, %,d removed, %,d changed"
        .formatted(domain, split, added, removed, changed);
  }
}
