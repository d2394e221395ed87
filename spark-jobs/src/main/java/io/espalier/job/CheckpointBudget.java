package io.espalier.job;

import io.espalier.model.ParameterSpec;
import io.espalier.torch.Precision;

/**
 * How much a run's checkpoints take, by formula.
 *
 * @param parameters of one model
 * @param bytes of all checkpoints that a run keeps at once, those being written included
 */
record CheckpointBudget(long parameters, long bytes) {

  /** With the vocabulary that the settings name, or a given tokenizer's taken for as large. */
  static CheckpointBudget of(ExperimentSettings settings) {
    return of(settings, settings.tokenizer().vocabularySize());
  }

  static CheckpointBudget of(ExperimentSettings settings, int vocabularySize) {
    long parameters =
        settings
            .model()
            .parameters(vocabularySize, settings.packing().sequenceLengthTokens())
            .stream()
            .mapToLong(CheckpointBudget::elements)
            .sum();
    int bytesPerValue = settings.training().precision() == Precision.FLOAT64 ? 8 : 4;
    // Weights and two moments, for seed, dense and experts; one more while it is written.
    long trained = 2L + Math.max(1, settings.experts().domains().size());
    long kept = trained * (settings.training().keepCheckpoints() + 1) * 3;
    long merged = settings.merge().size();
    return new CheckpointBudget(parameters, (kept + merged) * parameters * bytesPerValue);
  }

  private static long elements(ParameterSpec parameter) {
    return parameter.shape().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
