package io.espalier.report;

import io.espalier.evaluate.Result;
import io.espalier.study.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The run's own forest and every trial beside it, a row each.
 *
 * @param rows the run's own first
 */
public record TrialsTable(List<Row> rows) {

  /**
   * One forest or model, and what it cost.
   *
   * @param varies in words
   * @param message why it isn't complete; empty if it is
   * @param dense mean test perplexity over the training domains; so are the next three
   * @param validation mean validation perplexity of the ensemble, or of the dense model where there
   *     is no forest: what choices are made on
   */
  public record Row(
      String name,
      String varies,
      String setting,
      String message,
      long updates,
      long tokens,
      double flops,
      double deviceSeconds,
      String seed,
      String dense,
      String ensemble,
      String uniform,
      String posterior,
      String validation,
      String evaluationDense,
      String evaluationEnsemble) {

    public String flopsText() {
      return Numbers.flops(flops);
    }

    public String deviceText() {
      return deviceSeconds == 0 ? "–" : Numbers.seconds(deviceSeconds);
    }
  }

  static TrialsTable of(StudyData data) {
    List<Row> rows = new ArrayList<>();
    rows.add(
        row(
            data,
            "",
            "the run itself",
            "",
            "seed share %s".formatted(data.seedShare()),
            new Cost("", 0, data.denseTokens(), data.denseFlops(), 0)));
    for (TrialFact fact : data.trials()) {
      Trial trial = fact.trial();
      rows.add(
          row(
              data,
              trial.prefix(),
              trial.name(),
              trial.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              trial.setting(),
              new Cost(
                  fact.message(),
                  fact.updates(),
                  fact.tokens(),
                  fact.flops(),
                  fact.deviceSeconds())));
    }
    return new TrialsTable(rows);
  }

  private record Cost(
      String message, long updates, long tokens, double flops, double deviceSeconds) {}

  private static Row row(
      StudyData data, String prefix, String name, String varies, String setting, Cost cost) {
    String ensemble = prefix + data.models().ensemble();
    double ensembleValidation = data.validation(ensemble);
    return new Row(
        name,
        varies,
        setting,
        cost.message(),
        cost.updates(),
        cost.tokens(),
        cost.flops(),
        cost.deviceSeconds(),
        test(data, prefix + "seed", Result.MEAN_TRAINING),
        test(data, prefix + "dense", Result.MEAN_TRAINING),
        test(data, ensemble, Result.MEAN_TRAINING),
        test(data, prefix + "merged/uniform", Result.MEAN_TRAINING),
        test(data, prefix + "merged/posterior", Result.MEAN_TRAINING),
        text(
            Double.isNaN(ensembleValidation)
                ? data.validation(prefix + "dense")
                : ensembleValidation),
        test(data, prefix + "dense", Result.MEAN_EVALUATION),
        test(data, ensemble, Result.MEAN_EVALUATION));
  }

  private static String test(StudyData data, String model, String domain) {
    return text(data.perplexity(model, domain));
  }

  private static String text(double perplexity) {
    return Double.isNaN(perplexity) ? "–" : Numbers.perplexity(perplexity);
  }
}
