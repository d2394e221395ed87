package io.espalier.study;

import io.espalier.config.Rule;
import java.io.Serializable;
import java.util.List;

/**
 * Every combination of some batches and peak rates, at the same number of tokens: a smaller batch
 * makes more updates.
 *
 * @param globalBatchSequences batches to try; empty = the configured one
 * @param peakLearningRates rates to try; empty = the configured one
 */
public record SweepSettings(List<Integer> globalBatchSequences, List<Double> peakLearningRates)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public SweepSettings {
    globalBatchSequences = List.copyOf(globalBatchSequences);
    peakLearningRates = List.copyOf(peakLearningRates);
    globalBatchSequences.forEach(batch -> Rule.positive("global_batch_sequences", batch));
    peakLearningRates.forEach(rate -> Rule.positive("peak_learning_rates", rate));
  }

  /** Whether there is nothing to try. */
  public boolean isEmpty() {
    return globalBatchSequences.isEmpty() && peakLearningRates.isEmpty();
  }

  List<Integer> batchesOr(int configured) {
    return globalBatchSequences.isEmpty() ? List.of(configured) : globalBatchSequences;
  }

  List<Double> ratesOr(double configured) {
    return peakLearningRates.isEmpty() ? List.of(configured) : peakLearningRates;
  }
}
