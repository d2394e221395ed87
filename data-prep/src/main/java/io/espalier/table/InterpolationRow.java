package io.espalier.table;

/**
 * One model on the straight line between two checkpoints.
 *
 * @param first name of the checkpoint at share 0
 * @param firstHash SHA-256 of its manifest
 * @param second name of the checkpoint at share 1
 * @param secondHash SHA-256 of its manifest
 * @param share of the second
 * @param split whose text it was measured on
 * @param perplexity the mean over the training domains
 * @param tokens how many were predicted
 * @param sequencesVersion version of the sequences table that was measured on
 */
public record InterpolationRow(
    String first,
    String firstHash,
    String second,
    String secondHash,
    double share,
    String split,
    double perplexity,
    long tokens,
    long sequencesVersion) {}
