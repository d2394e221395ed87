package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import java.util.List;
import org.apache.spark.sql.Column;

/** What tells a record from every other, independent of where the source lies. */
final class RecordKey {
  /** Columns that identify a record, in the order in which "first" is meant. */
  static final List<String> COLUMNS = List.of("origin", "path", "record");

  private RecordKey() {}

  /** The key as one value that can be compared. */
  static Column column() {
    return struct(COLUMNS.stream().map(name -> col(name)).toArray(Column[]::new));
  }

  /** Its columns, for a join. */
  static String[] names() {
    return COLUMNS.toArray(String[]::new);
  }
}
