package io.espalier.train;

import io.espalier.config.ConfigException;
import java.io.Serializable;

/**
 * A domain's text to train on, and how many sequences that is.
 *
 * @param split of the sequences table that holds it: {@value #TRAINING}, or one that was added
 *     later, such as {@code train-2}
 * @param samplesPerRound how often it comes in company, in proportion to the others
 */
public record DomainSequences(String domain, long sequences, String split, int samplesPerRound)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The split that a domain's first text is in. */
  public static final String TRAINING = "train";

  public DomainSequences {
    if (sequences < 1) {
      throw new ConfigException(
          "domain %s has %d training sequences but must have at least 1: give it more text, a"
                  .formatted(domain, sequences)
              + " shorter sequence_length_tokens, or remainder: pad");
    }
  }

  /** As often as the others. */
  public DomainSequences(String domain, long sequences, String split) {
    this(domain, sequences, split, 1);
  }

  DomainSequences withSamplesPerRound(int samples) {
    return new DomainSequences(domain, sequences, split, samples);
  }

  /** A domain's first text. */
  public DomainSequences(String domain, long sequences) {
    this(domain, sequences, TRAINING);
  }
}
