package io.espalier.prep;

import io.espalier.table.RowChanges;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A table that has exactly the rows of an answer, and is brought to the next answer by its
 * differences.
 *
 * <p>The table {@code documents} is followed row by row rather than partition by partition: it lies
 * in few large files, whatever the number of domains, and its change feed then names documents and
 * not whole domains. The files that training and scores rest on are those of {@code sequences},
 * where each split of each domain has its own.
 *
 * @param rows how many rows the table has
 */
record WholeTable(TableCommit commit, long rows) {

  /**
   * Writes the rows, in one commit.
   *
   * @param described columns that tell how a document changed; empty if nobody asks
   * @param summary of the commit, from how the domains changed
   */
  static WholeTable write(
      Table<?> table,
      Dataset<Row> rows,
      List<String> described,
      String fingerprint,
      Function<List<DomainChange>, String> summary) {
    TableCommit commit;
    if (table.canFollow()) {
      try (RowChanges changes = table.changes(rows, described)) {
        List<DomainChange> domains = described.isEmpty() ? List.of() : DomainChange.of(changes);
        commit = table.follow(changes, fingerprint, summary.apply(domains));
      }
    } else {
      commit = table.overwrite(rows, fingerprint, summary.apply(List.of()));
    }
    return new WholeTable(commit, table.read(commit.version()).count());
  }
}
