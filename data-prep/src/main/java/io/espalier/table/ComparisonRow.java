package io.espalier.table;

/**
 * One model against another on the same documents, with 95 % intervals of a paired bootstrap over
 * documents.
 *
 * @param model as in {@link ResultRow#model}, or {@code own expert}
 * @param domain a domain, {@code mean(training)} or {@code mean(evaluation)}
 * @param domains how many domains that is
 * @param documents how many documents, or groups of neighbouring ones, were resampled
 * @param ratio of the (mean) perplexities, model to baseline; the verdict is about it
 * @param geometricRatio the same with all domains weighed alike
 * @param difference of the (mean) perplexities, model minus baseline
 * @param probability of resamples as far from equality, if the models are equal
 * @param verdict {@code lower}, {@code higher}, {@code not_significant} or {@code
 *     too_few_documents}
 * @param sequencesVersion version of the sequences table that was measured on
 */
public record ComparisonRow(
    String model,
    String baseline,
    String domain,
    String role,
    String split,
    int domains,
    long documents,
    long tokens,
    double ratio,
    double ratioLow,
    double ratioHigh,
    double geometricRatio,
    double geometricRatioLow,
    double geometricRatioHigh,
    double difference,
    double differenceLow,
    double differenceHigh,
    double probability,
    String verdict,
    long sequencesVersion) {}
