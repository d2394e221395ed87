package io.espalier.model;

import io.espalier.torch.Precision;

/**
 * What each rank of a training computes in one update.
 *
 * @param tensorRanks ranks that share the parameters
 * @param dataRanks groups of such ranks
 * @param sequenceParallel whether tensor ranks divide the residual stream too
 * @param shardOptimizer whether data ranks divide the optimizer's moments
 * @param microSequences sequences of one forward and backward pass
 * @param microBatches passes of one rank
 */
public record RankLoad(
    Precision precision,
    boolean recompute,
    int tensorRanks,
    int dataRanks,
    boolean sequenceParallel,
    boolean shardOptimizer,
    int microSequences,
    int microBatches) {}
