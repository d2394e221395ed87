package io.espalier.evaluate;

import java.io.Serializable;

/**
 * One measured figure.
 *
 * @param model {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>}, {@code
 *     ensemble/<name>}, {@code ensemble/<name>/top/<k>} or {@code
 *     ensemble/<name>/without/<domain>}; those of a study's trial after {@code trials/<trial>/}. A
 *     merge with one checkpoint per target domain appears under the merge's name, each domain by
 *     its own checkpoint
 * @param domain the text's domain, or {@link #MEAN_TRAINING} or {@link #MEAN_EVALUATION}
 * @param role {@link #TRAINING} (a domain that experts are trained on) or {@link #EVALUATION}
 *     (never trained on)
 * @param split {@code validation} or {@code test}
 * @param metric {@link #PERPLEXITY}, {@link #BITS_PER_BYTE}, {@link #CACHED_PRIOR} or one of a
 *     proof, whose split is {@link #TRAINING_SPLIT}
 * @param value the figure; infinite where a model gave probability zero to a token that came
 * @param tokens how many tokens were predicted
 * @param checkpointHash SHA-256 of the checkpoint's manifest; of an ensemble, {@link
 *     io.espalier.forest.Forest#hash(java.util.List)} of its experts; empty for means over several
 *     checkpoints
 */
public record Result(
    String model,
    String domain,
    String role,
    String split,
    String metric,
    double value,
    long tokens,
    String checkpointHash)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final String TRAINING = "training";
  public static final String EVALUATION = "evaluation";

  public static final String TRAINING_SPLIT = "train";
  public static final String VALIDATION_SPLIT = "validation";
  public static final String TEST_SPLIT = "test";

  /** Unweighted mean over the training domains: each domain counts the same (macro average). */
  public static final String MEAN_TRAINING = "mean(training)";

  /** Unweighted mean over the evaluation domains. */
  public static final String MEAN_EVALUATION = "mean(evaluation)";

  /** Between the name of an ensemble and how many experts are kept of it. */
  public static final String TOP_K = "/top/";

  /** Between the name of an ensemble and the domain whose expert it lacks. */
  public static final String WITHOUT = "/without/";

  /** What the names of trials of a study begin with. */
  public static final String TRIALS = "trials/";

  /** exp of the mean negative natural-log probability per token. */
  public static final String PERPLEXITY = "perplexity";

  /** Total negative log2 probability divided by the UTF-8 bytes of the predicted text. */
  public static final String BITS_PER_BYTE = "bits_per_byte";

  /** An expert's probability for a domain before any text, decided on validation sequences. */
  public static final String CACHED_PRIOR = "cached_prior";

  /**
   * Of updates that many ranks made and one rank repeated in float64: the largest relative
   * difference of a loss.
   */
  public static final String PARALLEL_LOSS_DIFFERENCE = "parallel_loss_relative_difference";

  /** The same of a gradient's norm. */
  public static final String PARALLEL_NORM_DIFFERENCE =
      "parallel_gradient_norm_relative_difference";

  /** The same of a parameter after the last update, relative to its tensor's magnitude. */
  public static final String PARALLEL_PARAMETER_DIFFERENCE =
      "parallel_parameter_relative_difference";

  public Result {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(
          "%s of %s on %s %s is not a number".formatted(metric, model, domain, split));
    }
  }

  /** Whether this says how far ranks and one rank came apart, not how good a model is. */
  public boolean isProof() {
    return metric.startsWith("parallel_");
  }

  /**
   * Whether this is of an ensemble that follows from another: another top-k, or without an expert.
   */
  public boolean isDerived() {
    return model.contains(TOP_K) || model.contains(WITHOUT);
  }

  /** Whether this is of a study's trial, not of the run's own models. */
  public boolean isOfTrial() {
    return model.startsWith(TRIALS);
  }

  /** Whether this is a mean over domains. */
  public boolean isMean() {
    return domain.equals(MEAN_TRAINING) || domain.equals(MEAN_EVALUATION);
  }
}
