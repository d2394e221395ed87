package io.espalier.report;

import io.espalier.evaluate.Result;
import io.espalier.study.TrialKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The curves of a study, from the mean perplexities over the training domains. */
final class StudyCurves {
  private static final String UNIFORM = "merged/uniform";
  private static final String POSTERIOR = "merged/posterior";

  private StudyCurves() {}

  /** Values at ascending places. */
  record Curve(List<Double> x, List<Double> y) {
    static Curve of(Map<Double, Double> points) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      new TreeMap<>(points)
          .forEach(
              (place, value) -> {
                if (!Double.isNaN(value)) {
                  x.add(place);
                  y.add(value);
                }
              });
      return new Curve(x, y);
    }

    int lowest() {
      int best = 0;
      for (int i = 1; i < y.size(); i++) {
        best = y.get(i) < y.get(best) ? i : best;
      }
      return best;
    }

    Chart.Series series(String label, String colour, boolean dashed) {
      return new Chart.Series(label, colour, dashed, x, y);
    }
  }

  /** A model of each forest against the share of the updates in its seed. */
  static Curve seedShares(StudyData data, String model) {
    Map<Double, Double> points = new TreeMap<>();
    points.put(data.seedShare(), mean(data, model));
    data.complete(TrialKind.SEED_SHARE)
        .forEach(
            t ->
                points.put(
                    Double.parseDouble(t.trial().setting()),
                    mean(data, t.trial().prefix() + model)));
    return Curve.of(points);
  }

  static Chart seedShareChart(StudyData data) {
    List<Chart.Series> series = new ArrayList<>();
    series.add(seedShares(data, data.models().ensemble()).series("ensemble", "c0", false));
    series.add(seedShares(data, POSTERIOR).series("average by posterior", "c1", false));
    Curve uniform = seedShares(data, UNIFORM);
    double ceiling = 4 * mean(data, "dense");
    Map<Double, Double> drawn = new TreeMap<>();
    for (int i = 0; i < uniform.x().size(); i++) {
      if (uniform.y().get(i) <= ceiling) {
        drawn.put(uniform.x().get(i), uniform.y().get(i));
      }
    }
    series.add(
        Curve.of(drawn)
            .series("uniform average (where below four times the dense model)", "c2", true));
    Curve dense = new Curve(List.of(0.0, 1.0), List.of(mean(data, "dense"), mean(data, "dense")));
    series.add(dense.series("dense model", Palette.INK, true));
    return new Chart(
        "seed-share",
        "points",
        "share of the updates in the seed",
        "mean test perplexity",
        List.of(),
        series);
  }

  /** The dense model along its training, and everything else at what it has learned from. */
  static Chart computeChart(StudyData data) {
    List<Chart.Series> series = new ArrayList<>();
    Map<Double, Double> path = new TreeMap<>();
    path.put(megatokens(data, data.seedShare()), mean(data, "seed"));
    path.put(megatokens(data, 1), mean(data, "dense"));
    data.complete(TrialKind.SEED_SHARE)
        .filter(t -> t.trial().hasSeed())
        .forEach(
            t ->
                path.put(
                    megatokens(data, Double.parseDouble(t.trial().setting())),
                    mean(data, t.trial().prefix() + "seed")));
    series.add(
        Curve.of(path).series("one model (seeds, then the dense model)", Palette.INK, false));
    addPoint(series, data, data.models().ensemble(), "ensemble", "c0");
    addPoint(series, data, POSTERIOR, "average by posterior", "c1");
    if (!data.models().denseAtBest().equals("dense")) {
      addPoint(series, data, data.models().denseAtBest(), "dense model at its best", "c3");
    }
    if (!data.models().forestAtBest().isEmpty()) {
      String best = data.models().forestAtBest() + data.models().ensemble();
      addPoint(series, data, best, "ensemble at its best", "c4");
    }
    data.complete(TrialKind.RANDOM_SPLIT)
        .forEach(
            t ->
                addPoint(
                    series,
                    data,
                    t.trial().prefix() + data.models().ensemble(),
                    "ensemble of random-split experts",
                    "c5"));
    return new Chart(
        "compute",
        "points",
        "millions of tokens learned from (training compute in proportion)",
        "mean test perplexity",
        List.of(),
        series);
  }

  private static void addPoint(
      List<Chart.Series> series, StudyData data, String model, String label, String colour) {
    double value = mean(data, model);
    if (!Double.isNaN(value)) {
      series.add(
          new Chart.Series(label, colour, false, List.of(megatokens(data, 1)), List.of(value)));
    }
  }

  /** The ensemble against the dense model, each on the forest's own domains. */
  static Chart domainCountChart(StudyData data) {
    Map<Double, Double> ratio = new TreeMap<>();
    Map<Double, Double> low = new TreeMap<>();
    Map<Double, Double> high = new TreeMap<>();
    List<String> prefixes = new ArrayList<>(List.of(""));
    data.complete(TrialKind.DOMAIN_COUNT).forEach(t -> prefixes.add(t.trial().prefix()));
    for (String prefix : prefixes) {
      data.comparison(prefix + data.models().ensemble(), prefix + "dense", Result.MEAN_TRAINING)
          .ifPresent(
              c -> {
                double domains = c.domains();
                ratio.put(domains, 100 * c.ratio().value());
                low.put(domains, 100 * c.ratio().low());
                high.put(domains, 100 * c.ratio().high());
              });
    }
    return new Chart(
        "domain-count",
        "points",
        "number of domains = number of experts",
        "% of the dense model's perplexity",
        List.of(),
        List.of(
            Curve.of(ratio).series("ensemble", "c0", false),
            Curve.of(low).series("95 % interval, lower end", Palette.MUTED, true),
            Curve.of(high).series("95 % interval, upper end", Palette.MUTED, true)));
  }

  private static double megatokens(StudyData data, double share) {
    return share * data.denseTokens() / 1e6;
  }

  private static double mean(StudyData data, String model) {
    return data.perplexity(model, Result.MEAN_TRAINING);
  }
}
