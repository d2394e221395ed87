package io.espalier.job;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Interval;
import io.espalier.evaluate.Verdict;
import io.espalier.table.ComparisonRow;
import java.util.Locale;

/** Comparisons to rows of the table comparisons and back. */
final class ComparisonRows {
  private ComparisonRows() {}

  static ComparisonRow row(Comparison comparison, long sequencesVersion) {
    return new ComparisonRow(
        comparison.model(),
        comparison.baseline(),
        comparison.domain(),
        comparison.role(),
        comparison.split(),
        comparison.domains(),
        comparison.documents(),
        comparison.tokens(),
        comparison.ratio().value(),
        comparison.ratio().low(),
        comparison.ratio().high(),
        comparison.geometricRatio().value(),
        comparison.geometricRatio().low(),
        comparison.geometricRatio().high(),
        comparison.difference().value(),
        comparison.difference().low(),
        comparison.difference().high(),
        comparison.probability(),
        comparison.verdict().toString(),
        sequencesVersion);
  }

  static Comparison comparison(ComparisonRow row) {
    return new Comparison(
        row.model(),
        row.baseline(),
        row.domain(),
        row.role(),
        row.split(),
        row.domains(),
        row.documents(),
        row.tokens(),
        new Interval(row.ratio(), row.ratioLow(), row.ratioHigh()),
        new Interval(row.geometricRatio(), row.geometricRatioLow(), row.geometricRatioHigh()),
        new Interval(row.difference(), row.differenceLow(), row.differenceHigh()),
        row.probability(),
        Verdict.valueOf(row.verdict().toUpperCase(Locale.ROOT)));
  }
}
