package io.espalier.forest;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The experts mixed at the output: p(x_t | x_&lt;t) = Σ_j P(j | x_&lt;t) · p_j(x_t | x_&lt;t) (Li
 * et al. 2022, section 2). Stateless and safe for any number of threads.
 *
 * @param posterior how much of the text so far decides the weights
 * @param topK keep the experts with this many largest probabilities and renormalise (experts that
 *     tie with the last of them stay, so that their order doesn't matter); 0 keeps all
 * @param topKBy which probabilities: the posterior before each token, or the prior, which puts the
 *     rest out before the first token
 */
public record Ensemble(Posterior posterior, int topK, TopKBy topKBy) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Ensemble {
    if (topK < 0) {
      throw new IllegalArgumentException("top " + topK + " experts");
    }
  }

  /** Keeps by the posterior. */
  public Ensemble(Posterior posterior, int topK) {
    this(posterior, topK, TopKBy.POSTERIOR);
  }

  /** The log posterior over experts along a sequence; see {@link Posterior#logPosterior}. */
  public double[][] logPosterior(double[] logPrior, float[][] logProbabilities) {
    double[] allowed = topKBy == TopKBy.PRIOR ? largest(logPrior) : logPrior;
    return posterior.logPosterior(allowed, logProbabilities);
  }

  /**
   * The natural-log probability of each token under the mixture.
   *
   * @param logPosterior from {@link #logPosterior}, shape (tokens + 1, experts)
   * @param logProbabilities shape (experts, tokens)
   * @return shape (tokens); −∞ where no expert with weight thinks the token possible
   */
  public double[] logProbabilities(double[][] logPosterior, float[][] logProbabilities) {
    double[] mixed = new double[logPosterior.length - 1];
    Arrays.setAll(mixed, t -> mixed(weights(logPosterior[t]), logProbabilities, t));
    return mixed;
  }

  /** Log weight of each expert in the mixture for a token, given the log posterior before it. */
  public double[] weights(double[] logPosterior) {
    return topKBy == TopKBy.PRIOR ? logPosterior : largest(logPosterior);
  }

  private double[] largest(double[] logWeights) {
    if (topK == 0 || topK >= logWeights.length) {
      return logWeights;
    }
    double[] ascending = logWeights.clone();
    Arrays.sort(ascending);
    double threshold = ascending[ascending.length - topK];
    double[] kept = logWeights.clone();
    Arrays.setAll(kept, j -> kept[j] >= threshold ? kept[j] : Double.NEGATIVE_INFINITY);
    return LogSpace.normalized(kept, logWeights);
  }

  private static double mixed(double[] logWeights, float[][] logProbabilities, int token) {
    double[] terms = logWeights.clone();
    Arrays.setAll(terms, j -> terms[j] + logProbabilities[j][token]);
    return LogSpace.logSumExp(terms);
  }
}
