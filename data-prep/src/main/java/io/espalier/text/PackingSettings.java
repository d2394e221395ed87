package io.espalier.text;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * The section {@code packing} of an experiment.
 *
 * @param sequenceLengthTokens tokens predicted per window; a window holds one more
 * @param method how documents are laid into windows
 * @param remainder what happens to the tokens that don't fill the last window
 */
public record PackingSettings(int sequenceLengthTokens, PackingMethod method, Remainder remainder)
    implements Serializable {

  public PackingSettings {
    Rule.between("sequence_length_tokens", sequenceLengthTokens, 1, 1 << 24);
    if (method == PackingMethod.BEST_FIT && remainder == Remainder.DROP) {
      throw new ConfigException(
          "remainder is drop but method best_fit leaves room at the end of many windows; remainder: pad would work");
    }
  }

  /** One document after the other. */
  public PackingSettings(int sequenceLengthTokens, Remainder remainder) {
    this(sequenceLengthTokens, PackingMethod.CONCATENATE, remainder);
  }
}
