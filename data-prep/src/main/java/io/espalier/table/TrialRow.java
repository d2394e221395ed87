package io.espalier.table;

/**
 * What became of one trial of a study.
 *
 * @param trial its name; its checkpoints lie under {@code trials/<trial>/}
 * @param kind what it varies: {@code SEED_SHARE}, {@code RANDOM_SPLIT}, …
 * @param setting the value of what it varies
 * @param status {@code complete} or {@code failed}
 * @param message why it failed; empty otherwise
 * @param randomSeed of initialisation and sample order
 * @param updates of each expert, or of the dense model, its seed's included
 * @param tokens target positions that its model has learned from, all experts and the seed together
 * @param flops by formula, of those tokens
 * @param ownTokens what it trained itself, without what it took from the run or other trials
 * @param deviceSeconds of what it trained itself
 * @param cpuSeconds of what it trained itself
 */
public record TrialRow(
    String trial,
    String kind,
    String setting,
    String status,
    String message,
    long randomSeed,
    long updates,
    long tokens,
    double flops,
    long ownTokens,
    double deviceSeconds,
    double cpuSeconds) {}
