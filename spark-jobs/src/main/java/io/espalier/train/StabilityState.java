package io.espalier.train;

import java.util.List;

/**
 * What the spike guard knows and has decided, in every checkpoint's {@code state.json}: a run that
 * was killed goes on with it, and comes to the same decisions.
 *
 * @param losses of the newest updates, oldest first: what the median is of
 * @param gradientNorms the same of gradient norms
 * @param skippedSamples passed over so far, its parent's share included: how far the place in the
 *     order of samples is ahead of the plan
 * @param learningRateFactor that learning rates are multiplied by, its parent's included
 * @param rewinds of this run, oldest first
 */
record StabilityState(
    List<Double> losses,
    List<Double> gradientNorms,
    long skippedSamples,
    double learningRateFactor,
    List<Rewind> rewinds) {
  /** Nothing seen and nothing decided. */
  static final StabilityState NONE = new StabilityState(List.of(), List.of(), 0, 1, List.of());

  StabilityState {
    losses = List.copyOf(losses);
    gradientNorms = List.copyOf(gradientNorms);
    rewinds = List.copyOf(rewinds);
  }

  /**
   * What a run inherits that goes on from this one. Its batches have another size, so that it has
   * medians of its own. If the parent passed over samples, it is ahead in every domain.
   *
   * @param domains of the run
   * @param parentDomains of the run that this is the state of
   */
  StabilityState inherited(int domains, int parentDomains) {
    long rounds = -Math.floorDiv(-skippedSamples, Math.max(1, parentDomains));
    long samples = domains == parentDomains ? skippedSamples : rounds * domains;
    return new StabilityState(List.of(), List.of(), samples, learningRateFactor, List.of());
  }
}
