package io.espalier.evaluate;

import java.io.Serializable;

/**
 * One model against another on the same documents.
 *
 * <p>The verdict is about {@code ratio}, because it is the ratio of the figures that tables show.
 * Over several domains those are means of perplexities, in which hard domains weigh more; {@code
 * geometricRatio} weighs all domains alike, and both are stated.
 *
 * @param model a name as in {@link Result#model}, or {@link #OWN_EXPERT}
 * @param baseline what it is compared with
 * @param domain a domain, {@link Result#MEAN_TRAINING} or {@link Result#MEAN_EVALUATION}
 * @param domains how many domains that is
 * @param documents how many documents, or groups of them, were resampled
 * @param ratio of the (mean) perplexities, model to baseline: below 1 the model is better
 * @param geometricRatio exp of the mean over domains of the difference in mean negative
 *     log-probability per token; of one domain the same as {@code ratio}
 * @param difference of the (mean) perplexities, model minus baseline
 * @param probability how often resamples as far from 1, to either side, come up if the models are
 *     equal: twice the smaller share of resamples on one side of 1
 */
public record Comparison(
    String model,
    String baseline,
    String domain,
    String role,
    String split,
    int domains,
    long documents,
    long tokens,
    Interval ratio,
    Interval geometricRatio,
    Interval difference,
    double probability,
    Verdict verdict)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Each domain's own expert, as if they were one model. */
  public static final String OWN_EXPERT = "own expert";

  /** Whether this is over several domains. */
  public boolean isMean() {
    return domain.equals(Result.MEAN_TRAINING) || domain.equals(Result.MEAN_EVALUATION);
  }
}
