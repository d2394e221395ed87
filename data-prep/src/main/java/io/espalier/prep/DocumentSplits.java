package io.espalier.prep;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Which split each document belongs to. */
interface DocumentSplits {
  /**
   * Adds the column {@code split}.
   *
   * @param documents that are kept, with their domains
   */
  Dataset<Row> assign(Dataset<Row> documents);
}
