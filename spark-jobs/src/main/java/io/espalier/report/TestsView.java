package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Interval;
import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which differences of the means are more than chance.
 *
 * @param rows models in the order of the tables, each on training and on evaluation domains
 * @param finding how many of the differences are
 */
public record TestsView(List<Row> rows, String finding) {

  /**
   * One model against its baseline.
   *
   * @param verdict {@code lower}, {@code higher}, {@code not significant} or {@code too few
   *     documents}
   */
  public record Row(
      String model,
      String baseline,
      String domains,
      String documents,
      String ratio,
      String geometric,
      String probability,
      String verdict) {}

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  static TestsView of(List<Comparison> comparisons, Figures figures) {
    boolean several =
        figures.trainingDomains().size() > 1 || figures.evaluationDomains().size() > 1;
    List<Comparison> shown = new ArrayList<>();
    List<String> order = new ArrayList<>(figures.models().stream().map(ModelName::full).toList());
    order.add(0, Figures.OWN_EXPERT);
    for (String model : order) {
      comparisons.stream()
          .filter(c -> c.model().equals(model) && !new ModelName(model).isFamily(ModelName.EXPERT))
          .filter(c -> c.isMean() ? c.domains() > 1 : !several)
          .forEach(shown::add);
    }
    return new TestsView(shown.stream().map(TestsView::row).toList(), finding(shown));
  }

  private static Row row(Comparison comparison) {
    return new Row(
        new ModelName(comparison.model()).phrase(),
        new ModelName(comparison.baseline()).phrase(),
        domains(comparison),
        Numbers.count(comparison.documents()),
        interval(comparison.ratio()),
        interval(comparison.geometricRatio()),
        String.format(Locale.ROOT, "%.3f", comparison.probability()),
        comparison.verdict().toString().replace('_', ' '));
  }

  private static String domains(Comparison comparison) {
    if (!comparison.isMean()) {
      return comparison.domain();
    }
    return "%d %s"
        .formatted(
            comparison.domains(),
            comparison.role().equals(Result.TRAINING) ? "training" : "evaluation");
  }

  /** A ratio as a difference in per cent: {@code −6.1 % (−7.0 to −5.2)}. */
  private static String interval(Interval ratio) {
    return "%s %% (%s to %s)"
        .formatted(percent(ratio.value()), percent(ratio.low()), percent(ratio.high()));
  }

  static String percent(double ratio) {
    double percent = 100 * (ratio - 1);
    String digits = Math.abs(percent) < 100 ? "%+.1f" : "%+,.0f";
    return String.format(Locale.ROOT, digits, percent).replace('-', '\u2212');
  }

  private static String finding(List<Comparison> shown) {
    List<String> parts = new ArrayList<>();
    for (String role : List.of(Result.TRAINING, Result.EVALUATION)) {
      List<Comparison> ofRole = shown.stream().filter(c -> c.role().equals(role)).toList();
      long sure = ofRole.stream().filter(c -> c.verdict().isSignificant()).count();
      if (!ofRole.isEmpty()) {
        parts.add("%d of %d on %s domains".formatted(sure, ofRole.size(), role));
      }
    }
    return parts.isEmpty()
        ? ""
        : "Of the differences between means these are more than chance: %s; the rest may come out the other way on other documents."
            .formatted(Phrases.enumeration(parts));
  }
}
