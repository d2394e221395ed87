package io.espalier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.substring;

import io.espalier.prep.DuplicateGroups;
import io.espalier.report.DuplicateFact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** What the page of a run's data shows of records that were one document. */
final class DescribeDuplicates {
  private static final int LARGEST = 5;

  /** Enough to see why it stands there so often. */
  private static final int CHARACTERS = 300;

  private DescribeDuplicates() {}

  /**
   * @param documents that were kept
   * @param rejected the others
   */
  static DuplicateFact of(Dataset<Row> documents, Dataset<Row> rejected) {
    DuplicateGroups groups = DuplicateGroups.of(rejected, LARGEST);
    List<String> ids = groups.largest().stream().map(DuplicateGroups.Group::id).toList();
    Map<String, Row> kept = new HashMap<>();
    if (!ids.isEmpty()) {
      documents
          .where(col("id").isin(ids.toArray()))
          .select(col("id"), col("domain"), substring(col("text"), 1, CHARACTERS).as("text"))
          .collectAsList()
          .forEach(row -> kept.put(row.getString(0), row));
    }
    return new DuplicateFact(
        groups.sizes(),
        groups.largest().stream().map(group -> group(group, kept.get(group.id()))).toList());
  }

  private static DuplicateFact.Group group(DuplicateGroups.Group group, @Nullable Row document) {
    return new DuplicateFact.Group(
        group.id(),
        document == null ? "" : document.getAs("domain"),
        group.exact(),
        group.near(),
        group.copy(),
        document == null ? "" : document.getAs("text"));
  }
}
