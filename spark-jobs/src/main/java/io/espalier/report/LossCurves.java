package io.espalier.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * How the loss of each training went.
 *
 * @param loss the curves
 * @param finding what the curves say
 * @param learningRate of the same updates
 * @param rateFinding what it was at most and at last
 */
public record LossCurves(Chart loss, String finding, Chart learningRate, String rateFinding) {
  /** More points than a chart of this width can show only make the page larger. */
  private static final int MAXIMUM_POINTS = 240;

  /** A single batch's loss is noisy; a final loss is the mean of at most this many rows. */
  private static final int FINAL_ROWS = 5;

  /** Of a short curve fewer: a mean over much of it would say what the loss was, not is. */
  private static final int ROWS_PER_FINAL_ROW = 10;

  /** One training's rows. */
  private record Curve(ModelName model, List<TrainingPoint> points) {
    double finalLoss() {
      int rows = Math.max(1, Math.min(FINAL_ROWS, points.size() / ROWS_PER_FINAL_ROW));
      return points.subList(points.size() - rows, points.size()).stream()
          .mapToDouble(TrainingPoint::loss)
          .average()
          .orElse(Double.NaN);
    }

    TrainingPoint last() {
      return points.get(points.size() - 1);
    }
  }

  static LossCurves of(List<TrainingPoint> metrics, Palette palette) {
    List<Curve> curves = curves(metrics);
    return new LossCurves(
        chart("loss", "loss (nats per token)", curves, palette),
        finding(curves),
        rates(curves, palette),
        rateFinding(metrics));
  }

  private static List<Curve> curves(List<TrainingPoint> metrics) {
    Map<String, List<TrainingPoint>> byCheckpoint = new LinkedHashMap<>();
    metrics.forEach(
        point ->
            byCheckpoint.computeIfAbsent(point.checkpoint(), key -> new ArrayList<>()).add(point));
    return byCheckpoint.entrySet().stream()
        .map(entry -> new Curve(new ModelName(entry.getKey()), sorted(entry.getValue())))
        .sorted(Comparator.comparing(curve -> order(curve.model())))
        .toList();
  }

  private static List<TrainingPoint> sorted(List<TrainingPoint> points) {
    return points.stream().sorted(Comparator.comparingLong(TrainingPoint::step)).toList();
  }

  /** The first is drawn on top: the seed's course is the dense model's, as far as it goes. */
  private static String order(ModelName model) {
    return switch (model.family()) {
      case ModelName.SEED -> "0";
      case ModelName.DENSE -> "1";
      default -> "2" + model.label();
    };
  }

  private static Chart chart(String id, String yTitle, List<Curve> curves, Palette palette) {
    List<Chart.Series> series =
        curves.stream().map(curve -> series(curve, palette, TrainingPoint::loss)).toList();
    return new Chart(id, "line", "update", yTitle, List.of(), series);
  }

  /** The experts share one schedule, so the longest of them stands for all. */
  private static Chart rates(List<Curve> curves, Palette palette) {
    List<Chart.Series> series = new ArrayList<>();
    for (Curve curve : curves) {
      if (!curve.model().isFamily(ModelName.EXPERT)) {
        series.add(series(curve, palette, TrainingPoint::learningRate));
      }
    }
    curves.stream()
        .filter(curve -> curve.model().isFamily(ModelName.EXPERT))
        .max(Comparator.comparingLong(curve -> curve.last().step()))
        .ifPresent(
            curve -> {
              Chart.Series one = series(curve, palette, TrainingPoint::learningRate);
              series.add(0, new Chart.Series("experts", "c5", true, one.x(), one.y()));
            });
    return new Chart("learning-rate", "line", "update", "learning rate", List.of(), series);
  }

  private static Chart.Series series(
      Curve curve, Palette palette, ToDoubleFunction<TrainingPoint> value) {
    ModelName model = curve.model();
    boolean expert = model.isFamily(ModelName.EXPERT);
    String colour =
        expert
            ? palette.colour(model.label())
            : model.isFamily(ModelName.DENSE) ? Palette.INK : Palette.SEED;
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (List<TrainingPoint> bin : bins(curve.points())) {
      x.add(bin.stream().mapToDouble(TrainingPoint::step).average().orElse(Double.NaN));
      y.add(bin.stream().mapToDouble(value).average().orElse(Double.NaN));
    }
    boolean dashed = expert ? palette.isDashed(model.label()) : colour.equals(Palette.SEED);
    return new Chart.Series(model.label(), colour, dashed, x, y);
  }

  /** Neighbouring rows together, so that at most {@link #MAXIMUM_POINTS} means are left. */
  private static List<List<TrainingPoint>> bins(List<TrainingPoint> points) {
    int size = Math.max(1, (points.size() + MAXIMUM_POINTS - 1) / MAXIMUM_POINTS);
    List<List<TrainingPoint>> bins = new ArrayList<>();
    for (int i = 0; i < points.size(); i += size) {
      bins.add(points.subList(i, Math.min(i + size, points.size())));
    }
    return bins;
  }

  private static String finding(List<Curve> curves) {
    List<String> parts = new ArrayList<>();
    for (Curve curve : curves) {
      if (!curve.model().isFamily(ModelName.EXPERT)) {
        parts.add(
            "%s ends at %s nats per token after %s updates and %s tokens"
                .formatted(
                    curve.model().phrase(),
                    Numbers.loss(curve.finalLoss()),
                    Numbers.count(curve.last().step()),
                    Numbers.count(curve.last().tokens())));
      }
    }
    experts(curves).ifPresent(parts::add);
    String sentence = parts.stream().collect(Collectors.joining("; "));
    return sentence.isEmpty() ? "" : Phrases.sentence(sentence);
  }

  private static String rateFinding(List<TrainingPoint> metrics) {
    return metrics.stream()
        .max(Comparator.comparingDouble(TrainingPoint::learningRate))
        .map(
            peak ->
                "The highest learning rate is %.2e at update %s, the last one %.2e."
                    .formatted(
                        peak.learningRate(),
                        Numbers.count(peak.step()),
                        sorted(metrics).get(metrics.size() - 1).learningRate()))
        .orElse("");
  }

  private static Optional<String> experts(List<Curve> curves) {
    List<Curve> experts =
        curves.stream()
            .filter(curve -> curve.model().isFamily(ModelName.EXPERT))
            .sorted(Comparator.comparingDouble(Curve::finalLoss))
            .toList();
    if (experts.isEmpty()) {
      return Optional.empty();
    }
    Curve lowest = experts.get(0);
    Curve highest = experts.get(experts.size() - 1);
    return Optional.of(
        "the experts, each on its own domain, end between %s (%s) and %s (%s)"
            .formatted(
                Numbers.loss(lowest.finalLoss()),
                lowest.model().label(),
                Numbers.loss(highest.finalLoss()),
                highest.model().label()));
  }
}
