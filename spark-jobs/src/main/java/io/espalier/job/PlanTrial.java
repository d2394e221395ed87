package io.espalier.job;

import io.espalier.model.AdamWStep;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import io.espalier.torch.TorchRuntime;
import io.espalier.train.ModelSpec;
import io.espalier.train.TrainingSettings;
import java.util.Random;

/**
 * How long a token takes here, tried with a model of the planned size on random tokens.
 *
 * @param trainingSecondsPerToken of one device, forward, backward and update; NaN if not tried
 * @param scoringSecondsPerToken of one device, forward alone; NaN if not tried
 * @param basis what the figures come from, as a clause
 */
record PlanTrial(double trainingSecondsPerToken, double scoringSecondsPerToken, String basis) {
  private static final int REPETITIONS = 3;

  /** A trial of more takes longer than an estimate is worth. */
  private static final int MOST_SEQUENCES = 16;

  /** Larger models aren't tried: building them takes longer than an estimate is worth. */
  private static final long LARGEST_PARAMETERS = 60_000_000;

  /**
   * Tries updates and forward passes, a second or two.
   *
   * @param parameters of the model
   */
  static PlanTrial of(
      ModelSpec spec, long parameters, TrainingSettings training, ScoringSettings scoring) {
    if (parameters > LARGEST_PARAMETERS) {
      return new PlanTrial(
          Double.NaN,
          Double.NaN,
          "No time is estimated: the model is too large to be tried here first");
    }
    ModelOptions options =
        new ModelOptions(training.precision(), training.recompute(), training.device(), 1);
    try (LanguageModel model = spec.build(options)) {
      model.initialize(1);
      TokenBatch batch = randomBatch(training.microBatchSequences(), spec);
      update(model, batch, training, 1); // The first one also loads and compiles.
      long updatesFrom = System.nanoTime();
      for (int i = 0; i < REPETITIONS; i++) {
        update(model, batch, training, i + 2);
      }
      double updateSeconds = secondsSince(updatesFrom) / (REPETITIONS * tokens(batch));
      TokenBatch asked = randomBatch(scoring.batchSequences(), spec);
      model.logProbabilities(asked);
      long passesFrom = System.nanoTime();
      for (int i = 0; i < REPETITIONS; i++) {
        model.logProbabilities(asked);
      }
      double passSeconds = secondsSince(passesFrom) / (REPETITIONS * tokens(asked));
      return new PlanTrial(updateSeconds, passSeconds, basis(training.device()));
    }
  }

  private static String basis(String device) {
    boolean gpu = TorchRuntime.device(device).isCuda();
    return "Times are estimated from %d updates and %d forward passes that were tried on %s"
        .formatted(REPETITIONS, REPETITIONS, gpu ? "one GPU" : "one core of this machine");
  }

  private static double tokens(TokenBatch batch) {
    return batch.targets().length;
  }

  private static double secondsSince(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private static void update(
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

  private static TokenBatch randomBatch(int wantedSequences, ModelSpec spec) {
    int sequences = Math.min(wantedSequences, MOST_SEQUENCES);
    Random random = new Random(1);
    int tokens = sequences * spec.sequenceLengthTokens();
    long[] inputs = random.longs(tokens, 0, spec.vocabularySize()).toArray();
    long[] targets = random.longs(tokens, 0, spec.vocabularySize()).toArray();
    long[] dropoutKeys = random.longs(sequences).toArray();
    return new TokenBatch(sequences, spec.sequenceLengthTokens(), inputs, targets, dropoutKeys);
  }
}
