package io.espalier.evaluate;

import io.espalier.forest.ExpertScores;
import io.espalier.forest.PosteriorPath;
import io.espalier.forest.TopKBy;

/**
 * One ensemble on its way through one split.
 *
 * @param model the name its figures appear under
 * @param path the posterior, which mixtures that differ in top-k alone share
 * @param hash of the experts that take part
 * @param sum what it thinks of the split so far
 */
record Mixture(
    String model, PosteriorPath path, int topK, TopKBy topKBy, String hash, ModelSum sum) {

  /** Adds the sequence that the path followed last. */
  void score(ExpertScores scores, SequenceScores sequence) {
    sum.add(path.logProbabilities(scores, topK, topKBy), sequence);
  }
}
