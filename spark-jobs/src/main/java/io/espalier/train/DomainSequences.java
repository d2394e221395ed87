package io.espalier.train;

import io.espalier.config.ConfigException;
import java.io.Serializable;

/** A domain and how many training sequences it has. */
public record DomainSequences(String domain, long sequences) implements Serializable {
  private static final long serialVersionUID = 1L;

  public DomainSequences {
    if (sequences < 1) {
      throw new ConfigException(
          "domain %s has %d training sequences but must have at least 1: give it more text, a"
                  .formatted(domain, sequences)
              + " shorter sequence_length_tokens, or remainder: pad");
    }
  }
}
