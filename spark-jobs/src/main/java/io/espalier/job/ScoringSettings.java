package io.espalier.job;

import io.espalier.config.Rule;
import io.espalier.train.EvenSample;
import java.io.Serializable;

/**
 * The section {@code scoring} of an experiment: which sequences every checkpoint is asked about.
 *
 * @param maximumSequencesPerSplit of each domain's validation and test split; 0 = all of them
 * @param batchSequences sequences per forward pass
 */
public record ScoringSettings(long maximumSequencesPerSplit, int batchSequences)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ScoringSettings {
    Rule.notNegative("maximum_sequences_per_split", (double) maximumSequencesPerSplit);
    Rule.positive("batch_sequences", batchSequences);
  }

  /** Which of a split's sequences are scored. */
  EvenSample sample(long sequences) {
    return new EvenSample(
        sequences,
        maximumSequencesPerSplit == 0 ? sequences : Math.min(sequences, maximumSequencesPerSplit));
  }
}
