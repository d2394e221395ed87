package io.espalier.study;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

/**
 * The section {@code study} of an experiment: the trials beside the run's own forest. With nothing
 * asked for there is none.
 *
 * @param seedShares further shares of the updates in the seed, each from 0 to below 1
 * @param seedCorpora lists of domains; the seed of each trial is trained on one list alone
 * @param domainCounts sizes of smaller forests, of the first domains
 * @param randomSplit whether experts are also trained on random parts of all text
 * @param unsharedSeed whether experts are also trained from initialisations of their own
 * @param denseSweep batches and rates of dense models
 * @param expertSweep batches and rates of experts, on from the run's own seed
 * @param forestSweep batches of the seed, divided among the experts, and rates of whole forests
 * @param seeds random seeds to repeat seed, experts and dense model with
 * @param maximumDeviceHours of all trainings together, as estimated before the first; 0 = no limit
 */
public record StudySettings(
    List<Double> seedShares,
    List<List<String>> seedCorpora,
    List<Integer> domainCounts,
    boolean randomSplit,
    boolean unsharedSeed,
    SweepSettings denseSweep,
    SweepSettings expertSweep,
    SweepSettings forestSweep,
    List<Long> seeds,
    double maximumDeviceHours)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public StudySettings {
    seedShares = List.copyOf(seedShares);
    seedCorpora = seedCorpora.stream().map(List::copyOf).toList();
    domainCounts = List.copyOf(domainCounts);
    seeds = List.copyOf(seeds);
    for (double share : seedShares) {
      if (!(share >= 0 && share < 1)) {
        throw new ConfigException(
            "seed_shares has %s but each must be at least 0 and below 1; the dense model is a share of 1"
                .formatted(share));
      }
    }
    refuseTwice("seed_shares", seedShares);
    refuseTwice("seed_corpora", seedCorpora);
    refuseTwice("domain_counts", domainCounts);
    refuseTwice("seeds", seeds);
    Rule.notNegative("maximum_device_hours", maximumDeviceHours);
  }

  /** Whether it asks for no trial. */
  public boolean isEmpty() {
    return seedShares.isEmpty()
        && seedCorpora.isEmpty()
        && domainCounts.isEmpty()
        && !randomSplit
        && !unsharedSeed
        && denseSweep.isEmpty()
        && expertSweep.isEmpty()
        && forestSweep.isEmpty()
        && seeds.isEmpty();
  }

  private static void refuseTwice(String key, List<?> values) {
    HashSet<Object> seen = new HashSet<>();
    for (Object value : values) {
      if (!seen.add(value)) {
        throw new ConfigException("%s has %s twice but must have it once".formatted(key, value));
      }
    }
  }
}
