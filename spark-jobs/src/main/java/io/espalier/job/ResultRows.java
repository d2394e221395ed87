package io.espalier.job;

import io.espalier.evaluate.Result;
import io.espalier.table.ResultRow;

/** Figures to rows of the table results and back. */
final class ResultRows {
  private ResultRows() {}

  static ResultRow row(Result result, long sequencesVersion) {
    return new ResultRow(
        result.model(),
        result.domain(),
        result.role(),
        result.split(),
        result.metric(),
        result.value(),
        result.tokens(),
        result.checkpointHash(),
        sequencesVersion);
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
