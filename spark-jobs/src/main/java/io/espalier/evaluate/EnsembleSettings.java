package io.espalier.evaluate;

import io.espalier.config.ConfigException;
import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import io.espalier.forest.Prior;
import java.io.Serializable;
import java.util.regex.Pattern;

/**
 * One mixture of the experts: its results appear under {@code ensemble/<name>}.
 *
 * @param name lower-case letters, digits, {@code _} and {@code -}
 * @param posterior how much of the text so far decides the weights
 * @param prior the weights before any text
 * @param topK how many experts are kept for each token; 0 = all
 */
public record EnsembleSettings(String name, Posterior posterior, Prior prior, int topK)
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
  }

  Ensemble ensemble() {
    return new Ensemble(posterior, topK);
  }
}
