package io.espalier.train;

import io.espalier.config.ConfigException;
import java.io.Serializable;

/**
 * A domain's text to train on, and how many sequences that is.
 *
 * @param split of the sequences table that holds it: {@value #TRAINING}, or one that was added
 *     later, such as {@code train-2}
 */
public record DomainSequences(String domain, long sequences, String split) implements Serializable {
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

  /** A domain's first text. */
  public DomainSequences(String domain, long sequences) {
    this(domain, sequences, TRAINING);
  }
}
