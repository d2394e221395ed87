package io.espalier.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.espalier.config.ConfigException;
import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import io.espalier.forest.Prior;
import io.espalier.forest.TopKBy;
import io.espalier.forest.UniformPrior;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * One mixture of the experts: its results appear under {@code ensemble/<name>}.
 *
 * @param name lower-case letters, digits, {@code _} and {@code -}
 * @param posterior how much of the text so far decides the weights
 * @param prior the weights before any text
 * @param topK how many experts are kept; 0 = all
 * @param topKBy whether the posterior chooses them for each token, or the prior for each sequence
 */
public record EnsembleSettings(
    String name,
    Posterior posterior,
    Prior prior,
    int topK,
    @JsonProperty("top_k_by") TopKBy topKBy)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+");

  public EnsembleSettings {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "name is '%s' but may only have lower-case letters, digits, _ and -; %s would work"
              .formatted(name, "uniform_prior"));
    }
    if (topK < 0) {
      throw new ConfigException(
          "top_k is %d but must be at least 0; 0 keeps all experts".formatted(topK));
    }
    if (topK > 0 && topKBy == TopKBy.PRIOR && prior instanceof UniformPrior) {
      throw new ConfigException(
          "top_k_by is prior but to a uniform prior all experts are alike; prior: {type: cached} would work");
    }
  }

  /** Keeps by the posterior. */
  public EnsembleSettings(String name, Posterior posterior, Prior prior, int topK) {
    this(name, posterior, prior, topK, TopKBy.POSTERIOR);
  }

  EnsembleSettings withTopK(int k) {
    return new EnsembleSettings(name, posterior, prior, k, topKBy);
  }

  Ensemble ensemble() {
    return new Ensemble(posterior, topK, topKBy);
  }
}
