package io.espalier.evaluate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.espalier.config.ConfigException;
import io.espalier.forest.CachedPrior;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The section {@code evaluation} of an experiment.
 *
 * @param cachedPriorSequences how many validation sequences of a domain decide its cached prior (Li
 *     et al. 2022: 100)
 * @param ensembles mixtures of the experts to evaluate
 * @param topKCurve the ensemble whose perplexity is measured for 1, 2, 4, … experts: {@code true}
 *     (the first with a cached prior and all experts), {@code false} (none) or its name
 * @param leaveOneOut the ensemble that is measured without each of its experts; as {@code
 *     topKCurve}
 */
public record EvaluationSettings(
    int cachedPriorSequences,
    List<EnsembleSettings> ensembles,
    @JsonProperty("top_k_curve") String topKCurve,
    String leaveOneOut,
    int bootstrapResamples)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String NONE = "false";
  private static final String ANY = "true";

  /** So that two and a half per cent of them are at least five. */
  private static final int FEWEST_RESAMPLES = 200;

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
    if (bootstrapResamples != 0 && bootstrapResamples < FEWEST_RESAMPLES) {
      throw new ConfigException(
          "bootstrap_resamples is %d but must be at least %d, or 0 for no test of differences"
              .formatted(bootstrapResamples, FEWEST_RESAMPLES));
    }
    requireKnown("top_k_curve", topKCurve, ensembles);
    requireKnown("leave_one_out", leaveOneOut, ensembles);
  }

  /** These ensembles and nothing else. */
  public EvaluationSettings(int cachedPriorSequences, List<EnsembleSettings> ensembles) {
    this(cachedPriorSequences, ensembles, NONE, NONE, 0);
  }

  /** The most validation sequences that any prior is decided on. */
  public int mostPriorSequences() {
    return ensembles.stream()
        .mapToInt(ensemble -> ensemble.prior().validationSequences(cachedPriorSequences))
        .reduce(cachedPriorSequences, Math::max);
  }

  Optional<EnsembleSettings> ofTopKCurve() {
    return chosen(topKCurve);
  }

  Optional<EnsembleSettings> ofLeaveOneOut() {
    return chosen(leaveOneOut);
  }

  private Optional<EnsembleSettings> chosen(String choice) {
    if (choice.equals(ANY)) {
      return ensembles.stream()
          .filter(ensemble -> ensemble.topK() == 0 && ensemble.prior() instanceof CachedPrior)
          .findFirst();
    }
    return ensembles.stream().filter(ensemble -> ensemble.name().equals(choice)).findFirst();
  }

  private static void requireKnown(String key, String choice, List<EnsembleSettings> ensembles) {
    List<String> names = ensembles.stream().map(EnsembleSettings::name).toList();
    if (!choice.equals(NONE) && !choice.equals(ANY) && !names.contains(choice)) {
      throw new ConfigException(
          "%s is %s but must be true, false or the name of an ensemble: %s"
              .formatted(key, choice, String.join(", ", names)));
    }
  }
}
