package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;

/**
 * A document where documents are compared: its id behind a digit, so that the order of such strings
 * is the order in which documents are preferred. Evaluation documents come first, since training on
 * a copy of one would be training on the test; and so, where the split is given, do documents that
 * are held out.
 */
final class DocumentNode {
  private static final String EVALUATION = "0";
  private static final String TRAINING = "1";
  private static final String REJECTED = "9";

  private DocumentNode() {}

  /** From the columns reason, role and id; what is rejected already is equal to no document. */
  static Column column() {
    return column(lit(TRAINING));
  }

  /** The same; where the split is given, from the column split_order too. */
  static Column column(SplitType split) {
    return column(trainingDigit(split));
  }

  /** The digit of a document that isn't rejected, from the columns role and split_order. */
  static Column preference(SplitType split) {
    return ofRole(trainingDigit(split));
  }

  private static Column column(Column training) {
    return concat(
        when(col("reason").notEqual(""), REJECTED).otherwise(ofRole(training)), col("id"));
  }

  private static Column ofRole(Column training) {
    return when(col("role").equalTo(Role.EVALUATION.toString()), EVALUATION).otherwise(training);
  }

  /** Test before validation before training, where records say which is which. */
  private static Column trainingDigit(SplitType split) {
    return split == SplitType.GIVEN
        ? lit(SplitSettings.SPLITS.size()).minus(col("split_order")).cast("string")
        : lit(TRAINING);
  }

  /**
   * Of a document about which was decided earlier: it comes before all about which is decided now,
   * as evaluation documents do, whatever its own role.
   */
  static Column decided() {
    return concat(lit(EVALUATION), col("id"));
  }

  static Column id(Column node) {
    return node.substr(lit(2), lit(Integer.MAX_VALUE));
  }

  static Column isEvaluation(Column node) {
    return node.startsWith(EVALUATION);
  }
}
