package io.espalier.prep;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Documents that stood in the corpus more than once.
 *
 * @param sizes number of records that were one document → how many such groups
 * @param largest groups, the largest first
 */
public record DuplicateGroups(SortedMap<Long, Long> sizes, List<Group> largest) {

  public DuplicateGroups {
    largest = List.copyOf(largest);
  }

  /**
   * A document and its copies.
   *
   * @param id of the document that stayed
   * @param exact copies of it, or of one that was much like it
   * @param near records that were much like it
   * @param copy id of one of them
   */
  public record Group(String id, long exact, long near, String copy) {}

  /**
   * Reads them off the rejections' details.
   *
   * @param rejected rows of the table {@code rejections}
   * @param most largest groups that are wanted
   */
  public static DuplicateGroups of(Dataset<Row> rejected, int most) {
    Dataset<Row> groups = groups(rejected);
    SortedMap<Long, Long> sizes = new TreeMap<>();
    groups
        .groupBy(col("exact").plus(col("near")).plus(1))
        .agg(count(lit(1)))
        .collectAsList()
        .forEach(row -> sizes.put(row.getLong(0), row.getLong(1)));
    List<Group> largest =
        groups
            .orderBy(col("exact").plus(col("near")).desc(), col("id"))
            .limit(most)
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Group(row.getString(0), row.getLong(1), row.getLong(2), row.getString(3)))
            .toList();
    return new DuplicateGroups(sizes, largest);
  }

  /** What an exact copy is a copy of may itself have gone as a near duplicate of another. */
  private static Dataset<Row> groups(Dataset<Row> rejected) {
    Column exact = col("reason").equalTo(ExactDuplicates.REASON);
    Dataset<Row> copies =
        rejected
            .where(exact.or(col("reason").equalTo(NearDuplicates.STAGE)))
            .select(
                col("id"),
                exact.as("exact"),
                when(exact, regexp_extract(col("detail"), "^same text as (?s)(.*)$", 1))
                    .otherwise(regexp_extract(col("detail"), "^[0-9.]+ of (?s)(.*)$", 1))
                    .as("of"));
    Dataset<Row> onwards =
        copies.where(col("exact").equalTo(false)).select(col("id").as("of"), col("of").as("then"));
    return copies
        .join(onwards, "of", "left_outer")
        .groupBy(coalesce(col("then"), col("of")).as("stays"))
        .agg(
            count(when(col("exact"), 1)).as("exact"),
            count(when(col("exact").equalTo(false), 1)).as("near"),
            min("id").as("copy"))
        .withColumnRenamed("stays", "id");
  }
}
