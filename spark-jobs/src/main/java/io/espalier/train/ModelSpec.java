package io.espalier.train;

import io.espalier.config.Rule;
import io.espalier.model.Architecture;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import java.io.Serializable;

/**
 * What a model is: its architecture, and what comes from the data.
 *
 * @param endOfTextId the token between documents; {@link Architecture#NO_TOKEN} where the model
 *     needn't tell them apart
 */
public record ModelSpec(
    Architecture architecture, int vocabularySize, int sequenceLengthTokens, int endOfTextId)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ModelSpec {
    Rule.positive("vocabulary_size", vocabularySize);
    Rule.positive("sequence_length_tokens", sequenceLengthTokens);
  }

  /** Of sequences whose documents aren't told apart. */
  public ModelSpec(Architecture architecture, int vocabularySize, int sequenceLengthTokens) {
    this(architecture, vocabularySize, sequenceLengthTokens, Architecture.NO_TOKEN);
  }

  /** Makes the model, all zeros; the caller closes it. */
  public LanguageModel build(ModelOptions options) {
    return build(options, Ranks.serial());
  }

  /** Makes this rank's part of the model, all zeros; the caller closes it. */
  public LanguageModel build(ModelOptions options, Ranks ranks) {
    return architecture.build(vocabularySize, sequenceLengthTokens, endOfTextId, options, ranks);
  }

  /** Floating-point operations that training on one token takes. */
  public double trainingFlopsPerToken(boolean recompute) {
    return architecture.trainingFlopsPerToken(vocabularySize, sequenceLengthTokens, recompute);
  }
}
