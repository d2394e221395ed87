package io.espalier.study;

/** What a trial varies. */
public enum TrialKind {
  /** Another share of the updates in the seed (Li et al. 2022, section 5.1). */
  SEED_SHARE,
  /** The seed trained on some of the domains only (section 5.2). */
  SEED_CORPUS,
  /** A forest of the first domains only, with a seed and a dense model of their own. */
  DOMAIN_COUNT,
  /** Experts on random parts of all text: more models without specialisation. */
  RANDOM_SPLIT,
  /** Experts that begin with different initialisations: their average must collapse. */
  UNSHARED_SEED,
  /** The dense model with another batch or peak rate: dense at its best. */
  DENSE_SWEEP,
  /** Experts with another batch or peak rate. */
  EXPERT_SWEEP,
  /** The whole forest, its seed included, with another batch or peak rate. */
  FOREST_SWEEP,
  /** Seed, experts and dense model once more with another random seed. */
  REPLICATE;

  /**
   * Whether its models are asked about domains that nobody was trained on, too: the others' claims
   * are about training domains, and scoring costs as much as much of the training.
   */
  public boolean isAskedAboutEvaluationDomains() {
    return this == RANDOM_SPLIT || this == DENSE_SWEEP || this == REPLICATE;
  }
}
