package io.espalier.evaluate;

import java.io.Serializable;

/**
 * One measured figure.
 *
 * @param model {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>} or
 *     {@code ensemble/<name>}; a merge with one checkpoint per target domain appears under the
 *     merge's name, each domain by its own checkpoint
 * @param domain the text's domain, or {@link #MEAN_TRAINING} or {@link #MEAN_EVALUATION}
 * @param role {@link #TRAINING} (a domain that experts are trained on) or {@link #EVALUATION}
 *     (never trained on)
 * @param split {@code validation} or {@code test}
 * @param metric {@link #PERPLEXITY}, {@link #BITS_PER_BYTE} or {@link #CACHED_PRIOR}
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

  public static final String VALIDATION_SPLIT = "validation";
  public static final String TEST_SPLIT = "test";

  /** Unweighted mean over the training domains: each domain counts the same (macro average). */
  public static final String MEAN_TRAINING = "mean(training)";

  /** Unweighted mean over the evaluation domains. */
  public static final String MEAN_EVALUATION = "mean(evaluation)";

  /** exp of the mean negative natural-log probability per token. */
  public static final String PERPLEXITY = "perplexity";

  /** Total negative log2 probability divided by the UTF-8 bytes of the predicted text. */
  public static final String BITS_PER_BYTE = "bits_per_byte";

  /** An expert's probability for a domain before any text, decided on validation sequences. */
  public static final String CACHED_PRIOR = "cached_prior";

  public Result {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException(
          "%s of %s on %s %s is not a number".formatted(metric, model, domain, split));
    }
  }

  /** Whether this is a mean over domains. */
  public boolean isMean() {
    return domain.equals(MEAN_TRAINING) || domain.equals(MEAN_EVALUATION);
  }
}
