package io.espalier.job;

import io.espalier.config.RunPaths;
import io.espalier.prep.PreparationPlan;
import io.espalier.train.ModelSpec;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a run will do and what that takes, before anything is done.
 *
 * @param parameters of one model
 * @param budget how the experts' updates are divided, in a sentence; empty where equally
 * @param ranks what each rank of each training holds and sends
 * @param diskBytes of all checkpoints that are kept at once
 * @param cores that the estimate counts on
 * @param basis what the estimated times come from
 */
public record PlanReport(
    String name,
    String output,
    List<Stage> stages,
    long parameters,
    String budget,
    List<RankPlan> ranks,
    long diskBytes,
    int cores,
    String basis) {

  /**
   * One stage.
   *
   * @param tokens that the model reads; 0 where no model takes part
   * @param flops floating-point operations by formula
   * @param deviceSeconds estimated, cores of a CPU counted each; NaN where there is no estimate
   * @param wallSeconds estimated; NaN where there is no estimate
   */
  public record Stage(
      String name,
      String what,
      long tokens,
      double flops,
      double deviceSeconds,
      double wallSeconds) {

    private String toText() {
      return "  %-14s %-26s %14s %10s %14s %10s%n"
          .formatted(
              name,
              what,
              tokens == 0 ? "–" : String.format(Locale.ROOT, "%,d", tokens),
              tokens == 0 ? "–" : String.format(Locale.ROOT, "%.3f", flops / 1e15),
              rounded(deviceSeconds),
              rounded(wallSeconds));
    }

    private static String rounded(double seconds) {
      return Double.isNaN(seconds) ? "–" : String.format(Locale.ROOT, "%,.0f", seconds);
    }
  }

  /**
   * Plans an experiment; lists its files and tries a model of its size on this machine to estimate
   * times. Writes nothing.
   *
   * @param text what would be read
   * @param vocabularySize of the tokenizer
   * @param cores that will compute
   */
  static PlanReport of(Experiment experiment, PreparationPlan text, int vocabularySize, int cores) {
    ExperimentSettings settings = experiment.settings();
    ModelSpec spec =
        new ModelSpec(
            settings.model(),
            vocabularySize,
            settings.packing().sequenceLengthTokens(),
            0); // which token ends documents is known with the tokenizer, and costs the same
    TrainingSettings training = settings.training();
    CheckpointBudget budget = CheckpointBudget.of(settings, vocabularySize);
    PlanTrial trial = PlanTrial.of(spec, budget.parameters(), training, settings.scoring());
    Optional<PlannedScoring> scoring = PlannedScoring.of(settings, text);
    List<Stage> stages = new ArrayList<>();
    stages.add(prepare(text));
    stages.addAll(trainingStages(training, spec, trial, cores));
    scoring.ifPresent(planned -> stages.addAll(scoringStages(planned, spec, trial, cores)));
    return new PlanReport(
        experiment.name(),
        experiment.paths().root(),
        stages,
        budget.parameters(),
        settings
            .experts()
            .budget()
            .described(
                PlannedScoring.experts(settings, text).orElse(0),
                training.steps() - training.seedSteps()),
        RankPlan.of(settings, spec, PlannedScoring.experts(settings, text)),
        budget.bytes(),
        cores,
        basis(trial, scoring.isPresent()));
  }

  private static Stage prepare(PreparationPlan text) {
    long files =
        text.sources().stream().mapToLong(source -> source.files().size()).sum()
            + text.megatron().size();
    String what =
        String.format(
            Locale.ROOT, "%,d files, %.1f MB", files, (text.bytes() + text.tokenBytes()) / 1e6);
    return new Stage("prepare", what, 0, 0, Double.NaN, Double.NaN);
  }

  private static List<Stage> trainingStages(
      TrainingSettings training, ModelSpec spec, PlanTrial trial, int cores) {
    Rates rates =
        new Rates(
            spec.trainingFlopsPerToken(training.recompute()),
            trial.trainingSecondsPerToken(),
            cores);
    long perStep = (long) training.globalBatchSequences() * spec.sequenceLengthTokens();
    long seed = training.seedSteps() * perStep;
    long branch = (training.steps() - training.seedSteps()) * perStep;
    return List.of(
        rates.stage("train-seed", "1 model", seed),
        rates.stage("train-experts", "all experts", branch),
        rates.stage("train-dense", "1 model, on from the seed", branch));
  }

  private static List<Stage> scoringStages(
      PlannedScoring scoring, ModelSpec spec, PlanTrial trial, int cores) {
    Rates rates =
        new Rates(spec.trainingFlopsPerToken(false) / 3, trial.scoringSecondsPerToken(), cores);
    long length = spec.sequenceLengthTokens();
    return List.of(
        rates.stage(
            "score",
            "%d checkpoints, at most".formatted(scoring.trained()),
            scoring.trainedSequences() * length),
        rates.stage(
            "score",
            "%d averages, at most".formatted(scoring.averages()),
            scoring.averagesSequences() * length));
  }

  /** What a token of a stage takes. */
  private record Rates(double flopsPerToken, double secondsPerToken, int cores) {
    Stage stage(String name, String what, long tokens) {
      double deviceSeconds = tokens * secondsPerToken;
      return new Stage(
          name, what, tokens, tokens * flopsPerToken, deviceSeconds, deviceSeconds / cores);
    }
  }

  private static String basis(PlanTrial trial, boolean hasScoring) {
    return "%s; preparing, merging, the report and Spark itself come on top%s."
        .formatted(
            trial.basis(),
            hasScoring
                ? ""
                : ", and scoring, whose size is known only when the text has been prepared");
  }

  /** The plan as a table for a terminal. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters; checkpoints up to %,d MB in %s%n",
            name,
            parameters,
            diskBytes >> 20,
            RunPaths.shown(output)));
    text.append(
        String.format(
            "  %-14s %-26s %14s %10s %14s %10s%n",
            "stage", "", "tokens", "PFLOP", "device-seconds", "seconds"));
    stages.forEach(stage -> text.append(stage.toText()));
    if (!budget.isEmpty()) {
      text.append("  ").append(budget).append(".").append(System.lineSeparator());
    }
    text.append(RankPlan.header());
    ranks.forEach(rank -> text.append(rank.toText()));
    text.append("  ").append(basis).append(System.lineSeparator());
    return text.toString();
  }
}
