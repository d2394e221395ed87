package io.espalier.job;

import io.espalier.evaluate.Result;
import io.espalier.table.ResultRow;

/** Figures to rows of the table results and back. */
final class ResultRows {
  private ResultRows() {}

  /** A figure that no forest takes part in. */
  static ResultRow row(Result result, long sequencesVersion) {
    return row(result, sequencesVersion, 0);
  }

  /**
   * @param forestVersion whose experts were mixed and averaged
   */
  static ResultRow row(Result result, long sequencesVersion, long forestVersion) {
    return new ResultRow(
        result.model(),
        result.domain(),
        result.role(),
        result.split(),
        result.metric(),
        result.value(),
        result.tokens(),
        result.checkpointHash(),
        sequencesVersion,
        forestVersion);
  }

  static Result result(ResultRow row) {
    return new Result(
        row.model(),
        row.domain(),
        row.role(),
        row.split(),
        row.metric(),
        row.value(),
        row.tokens(),
        row.checkpointHash());
  }
}
