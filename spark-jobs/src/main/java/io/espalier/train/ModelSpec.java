package io.espalier.train;

import io.espalier.config.Rule;
import io.espalier.model.Architecture;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import java.io.Serializable;

/** What a model is: its architecture and the two sizes that come from the data. */
public record ModelSpec(Architecture architecture, int vocabularySize, int sequenceLengthTokens)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public ModelSpec {
    Rule.positive("vocabulary_size", vocabularySize);
    Rule.positive("sequence_length_tokens", sequenceLengthTokens);
  }

  /** Makes the model, all zeros; the caller closes it. */
  public LanguageModel build(ModelOptions options) {
    return build(options, Ranks.serial());
  }

  /** Makes this rank's part of the model, all zeros; the caller closes it. */
  public LanguageModel build(ModelOptions options, Ranks ranks) {
    return architecture.build(vocabularySize, sequenceLengthTokens, options, ranks);
  }

  /** Floating-point operations that training on one token takes. */
  public double trainingFlopsPerToken(boolean recompute) {
    return architecture.trainingFlopsPerToken(vocabularySize, sequenceLengthTokens, recompute);
  }
}
