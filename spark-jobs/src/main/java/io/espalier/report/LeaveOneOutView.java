package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each expert is worth: how much worse the ensemble is on each domain without it.
 *
 * @param ensemble its name
 * @param experts the columns
 * @param rows one per domain, training domains first
 * @param finding who is missed
 */
public record LeaveOneOutView(
    String ensemble, List<String> experts, List<Row> rows, String finding) {

  /** Less than is shown: a twentieth of a per cent. */
  private static final double NOTHING = 0.0005;

  /** One domain. */
  public record Row(String domain, boolean trained, List<Cell> cells) {}

  /**
   * One domain without one expert.
   *
   * @param ratio perplexity without it to that of the whole ensemble; NaN where it wasn't measured
   * @param style a CSS class of {@link Level}
   * @param mark behind the figure where the difference may be chance
   */
  public record Cell(double ratio, String style, String mark, String description) {
    public String text() {
      if (Double.isNaN(ratio)) {
        return "\u2013";
      }
      return isNothing(ratio) ? "\u00b7" : TestsView.percent(ratio);
    }
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Whether it would be shown as zero. */
  private static boolean isNothing(double ratio) {
    return Math.abs(ratio - 1) < NOTHING;
  }

  static LeaveOneOutView of(List<Result> results, Figures figures, Significance significance) {
    List<Result> without =
        results.stream()
            .filter(r -> !r.isOfTrial() && r.model().contains(Result.WITHOUT) && !r.isMean())
            .filter(r -> r.metric().equals(Result.PERPLEXITY))
            .filter(r -> r.split().equals(figures.split()))
            .toList();
    if (without.isEmpty()) {
      return new LeaveOneOutView("", List.of(), List.of(), "");
    }
    String first = without.get(0).model();
    String base = first.substring(0, first.indexOf(Result.WITHOUT));
    Map<String, Double> values = new LinkedHashMap<>();
    without.forEach(r -> values.put(r.model() + " " + r.domain(), r.value()));
    List<String> experts =
        without.stream()
            .map(r -> r.model().substring((base + Result.WITHOUT).length()))
            .distinct()
            .sorted()
            .toList();
    List<Row> rows = new ArrayList<>();
    figures
        .trainingDomains()
        .forEach(d -> rows.add(row(base, experts, d, true, values, figures, significance)));
    figures
        .evaluationDomains()
        .forEach(d -> rows.add(row(base, experts, d, false, values, figures, significance)));
    return new LeaveOneOutView(new ModelName(base).phrase(), experts, rows, finding(experts, rows));
  }

  private static Row row(
      String base,
      List<String> experts,
      String domain,
      boolean trained,
      Map<String, Double> values,
      Figures figures,
      Significance significance) {
    List<Cell> cells = new ArrayList<>();
    for (String expert : experts) {
      String model = base + Result.WITHOUT + expert;
      double ratio =
          values.getOrDefault(model + " " + domain, Double.NaN) / figures.perplexity(base, domain);
      int level = Level.of(ratio);
      String words = significance.words(model, base, domain);
      cells.add(
          new Cell(
              ratio,
              level == 0 ? "z" : (level < 0 ? "m" : "p") + Math.abs(level),
              words.isEmpty() || isNothing(ratio) ? "" : Significance.MARK,
              "%s without the expert %s: %s %%%s"
                  .formatted(domain, expert, TestsView.percent(ratio), words)));
    }
    return new Row(domain, trained, cells);
  }

  private static String finding(List<String> experts, List<Row> rows) {
    List<Row> trained = rows.stream().filter(Row::trained).toList();
    double own =
        trained.stream()
            .filter(row -> experts.contains(row.domain()))
            .mapToDouble(row -> row.cells().get(experts.indexOf(row.domain())).ratio())
            .average()
            .orElse(Double.NaN);
    double other =
        trained.stream()
            .flatMapToDouble(
                row ->
                    java.util.stream.IntStream.range(0, experts.size())
                        .filter(j -> !experts.get(j).equals(row.domain()))
                        .mapToDouble(j -> row.cells().get(j).ratio()))
            .average()
            .orElse(Double.NaN);
    String trainedPart =
        Double.isNaN(own) || Double.isNaN(other)
            ? ""
            : "Without its own expert a training domain's perplexity changes by %s %% on average, without another one by %s %%"
                .formatted(TestsView.percent(own), TestsView.percent(other));
    String missed = mostMissed(experts, rows.stream().filter(row -> !row.trained()).toList());
    return trainedPart + (trainedPart.isEmpty() || missed.isEmpty() ? "" : "; ") + missed + ".";
  }

  private static String mostMissed(List<String> experts, List<Row> evaluation) {
    return java.util.stream.IntStream.range(0, experts.size())
        .boxed()
        .max(Comparator.comparingDouble(j -> mean(evaluation, j)))
        .filter(j -> !Double.isNaN(mean(evaluation, j)))
        .map(
            j ->
                "text that no expert was trained on misses %s the most (%s %%)"
                    .formatted(experts.get(j), TestsView.percent(mean(evaluation, j))))
        .orElse("");
  }

  private static double mean(List<Row> rows, int expert) {
    return rows.stream()
        .mapToDouble(row -> row.cells().get(expert).ratio())
        .average()
        .orElse(Double.NaN);
  }
}
