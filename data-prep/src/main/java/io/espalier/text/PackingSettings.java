package io.espalier.text;

import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * The section {@code packing} of an experiment.
 *
 * @param sequenceLengthTokens tokens predicted per window; a window holds one more
 * @param remainder what happens to the tokens that don't fill the last window
 */
public record PackingSettings(int sequenceLengthTokens, Remainder remainder)
    implements Serializable {

  public PackingSettings {
    Rule.between("sequence_length_tokens", sequenceLengthTokens, 1, 1 << 24);
  }
}
