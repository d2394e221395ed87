package io.espalier.report;

import io.espalier.study.Trial;

/**
 * A trial and what it took.
 *
 * @param complete whether all of its trainings are
 * @param message why not; empty otherwise
 * @param tokens that its model has learned from, its seed's included
 * @param flops by formula, of those tokens
 * @param ownTokens that it trained itself
 * @param deviceSeconds of what it trained itself
 */
public record TrialFact(
    Trial trial,
    boolean complete,
    String message,
    long randomSeed,
    long updates,
    long tokens,
    double flops,
    long ownTokens,
    double deviceSeconds) {}
