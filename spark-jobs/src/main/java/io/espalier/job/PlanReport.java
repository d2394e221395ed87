package io.espalier.job;

import io.espalier.model.AdamWStep;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import io.espalier.train.ModelSpec;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What a run will do and what that takes, before anything is done.
 *
 * @param parameters of one model
 * @param modelBytes weights, gradients and moments of one model in memory
 * @param activationBytes of one micro-batch, by formula
 * @param diskBytes of all checkpoints that are kept at once
 * @param cores that the estimate counts on
 * @param basis what the estimated times come from
 */
public record PlanReport(
    String name,
    String output,
    List<Stage> stages,
    long parameters,
    long modelBytes,
    long activationBytes,
    long diskBytes,
    int cores,
    String basis) {

  /**
   * One stage.
   *
   * @param tokens that the model reads
   * @param flops floating-point operations by formula
   * @param deviceSeconds estimated, cores of a CPU counted each
   * @param wallSeconds estimated
   */
  public record Stage(
      String name,
      String what,
      long tokens,
      double flops,
      double deviceSeconds,
      double wallSeconds) {}

  /**
   * Plans an experiment; trains a small trial model step on this machine to estimate times.
   *
   * @param cores that will compute
   */
  public static PlanReport of(Experiment experiment, int cores) {
    ExperimentSettings settings = experiment.settings();
    ModelSpec spec =
        new ModelSpec(
            settings.model(),
            settings.tokenizer().vocabularySize(),
            settings.packing().sequenceLengthTokens());
    TrainingSettings training = settings.training();
    CheckpointBudget budget = CheckpointBudget.of(settings);
    Trial trial = Trial.of(spec, training);
    List<Stage> stages = new ArrayList<>();
    long perStep = (long) training.globalBatchSequences() * spec.sequenceLengthTokens();
    double flops = spec.trainingFlopsPerToken(training.recompute());
    long branch = (training.steps() - training.seedSteps()) * perStep;
    stages.add(stage("train-seed", "1 model", training.seedSteps() * perStep, flops, trial, cores));
    stages.add(stage("train-experts", "all experts", branch, flops, trial, cores));
    stages.add(stage("train-dense", "1 model, on from the seed", branch, flops, trial, cores));
    int bytesPerValue = training.precision() == io.espalier.torch.Precision.FLOAT64 ? 8 : 4;
    return new PlanReport(
        experiment.name(),
        experiment.paths().root(),
        stages,
        budget.parameters(),
        4L * bytesPerValue * budget.parameters(),
        Trial.activationBytes(spec, training),
        budget.bytes(),
        cores,
        trial.basis());
  }

  private static Stage stage(
      String name, String what, long tokens, double flopsPerToken, Trial trial, int cores) {
    double deviceSeconds = tokens * trial.secondsPerToken();
    return new Stage(
        name, what, tokens, tokens * flopsPerToken, deviceSeconds, deviceSeconds / cores);
  }

  /** The plan as a table for a terminal. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d parameters; %,d MB in memory per task (model %,d, activations %,d); checkpoints"
                + " up to %,d MB in %s%n",
            name,
            parameters,
            (modelBytes + activationBytes) >> 20,
            modelBytes >> 20,
            activationBytes >> 20,
            diskBytes >> 20,
            output));
    text.append(
        String.format(
            "  %-14s %-26s %14s %10s %14s %10s%n",
            "stage", "", "tokens", "PFLOP", "device-seconds", "seconds"));
    for (Stage stage : stages) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %-14s %-26s %,14d %10.3f %,14.0f %,10.0f%n",
              stage.name(),
              stage.what(),
              stage.tokens(),
              stage.flops() / 1e15,
              stage.deviceSeconds(),
              stage.wallSeconds()));
    }
    text.append("  ").append(basis).append(System.lineSeparator());
    return text.toString();
  }

  /**
   * How long a token takes here.
   *
   * @param secondsPerToken of one core
   */
  private record Trial(double secondsPerToken, String basis) {
    private static final int STEPS = 3;

    /** Larger models aren't tried: building them takes longer than an estimate is worth. */
    private static final long LARGEST_PARAMETERS = 60_000_000;

    static Trial of(ModelSpec spec, TrainingSettings training) {
      long parameters =
          spec
              .architecture()
              .parameters(spec.vocabularySize(), spec.sequenceLengthTokens())
              .stream()
              .mapToLong(p -> p.shape().stream().reduce(1L, Math::multiplyExact))
              .sum();
      if (parameters > LARGEST_PARAMETERS) {
        return new Trial(
            Double.NaN, "No time is estimated: the model is too large to be tried here first.");
      }
      int sequences = Math.min(training.microBatchSequences(), 16);
      ModelOptions options =
          new ModelOptions(training.precision(), training.recompute(), training.device(), 1);
      try (LanguageModel model = spec.build(options)) {
        model.initialize(1);
        TokenBatch batch = randomBatch(sequences, spec);
        step(model, batch, training, 1); // The first step also loads and compiles.
        long start = System.nanoTime();
        for (int i = 0; i < STEPS; i++) {
          step(model, batch, training, i + 2);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Trial(
            seconds / ((double) STEPS * sequences * spec.sequenceLengthTokens()),
            "Times are estimated from %d updates that were tried on one core of this machine; preparing, scoring and Spark itself come on top."
                .formatted(STEPS));
      }
    }

    private static void step(
        LanguageModel model, TokenBatch batch, TrainingSettings training, long number) {
      model.addGradients(batch, 1.0 / batch.targets().length);
      var optimizer = training.optimizer();
      model.update(
          new AdamWStep(
              optimizer.beta1(),
              optimizer.beta2(),
              optimizer.epsilon(),
              optimizer.weightDecay(),
              optimizer.gradientClipNorm(),
              1e-4,
              number));
    }

    private static TokenBatch randomBatch(int sequences, ModelSpec spec) {
      Random random = new Random(1);
      int tokens = sequences * spec.sequenceLengthTokens();
      long[] inputs = random.longs(tokens, 0, spec.vocabularySize()).toArray();
      long[] targets = random.longs(tokens, 0, spec.vocabularySize()).toArray();
      return new TokenBatch(sequences, spec.sequenceLengthTokens(), inputs, targets);
    }

    /**
     * Megatron's formula for float16, s·b·h·(34 + 5as/h) a layer (Korthikanti et al. 2022), doubled
     * for float32, and the head's logits with their gradient.
     */
    static long activationBytes(ModelSpec spec, TrainingSettings training) {
      if (!(spec.architecture() instanceof io.espalier.model.Gpt2 gpt)) {
        return 0;
      }
      double s = spec.sequenceLengthTokens();
      double b = training.microBatchSequences();
      double h = gpt.hiddenSize();
      double layer = 2 * s * b * h * (34 + 5 * gpt.heads() * s / h);
      double logits = 2 * 4 * s * b * spec.vocabularySize();
      return (long) ((training.recompute() ? 1 : gpt.layers()) * layer + logits);
    }
  }
}
