package io.espalier.evaluate;

import io.espalier.config.ConfigException;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The section {@code evaluation} of an experiment.
 *
 * @param cachedPriorSequences how many validation sequences of a domain decide its cached prior (Li
 *     et al. 2022: 100)
 * @param ensembles mixtures of the experts to evaluate
 */
public record EvaluationSettings(int cachedPriorSequences, List<EnsembleSettings> ensembles)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public EvaluationSettings {
    ensembles = List.copyOf(ensembles);
    if (cachedPriorSequences < 1) {
      throw new ConfigException(
          "cached_prior_sequences is %d but must be at least 1; the paper takes 100"
              .formatted(cachedPriorSequences));
    }
    Set<String> names = new HashSet<>();
    for (EnsembleSettings ensemble : ensembles) {
      if (!names.add(ensemble.name())) {
        throw new ConfigException(
            "ensembles has two members named %s but each needs a name of its own"
                .formatted(ensemble.name()));
      }
    }
  }
}
