package io.espalier.table;

/**
 * One slice of an expert's training under a marginal budget, and what it came to: what the next
 * slices are decided from.
 *
 * @param round of the decisions, from 1; the first gives each expert one slice
 * @param roundSlices how many slices the round gives away
 * @param domain of the expert
 * @param number of the expert's slices, from 1
 * @param updates that it made
 * @param learningRate of all its updates
 * @param perplexityBefore on the domain's validation split
 * @param perplexityAfter on the same sequences
 * @param deviceSeconds of its training, without scoring
 * @param sequencesVersion version of the sequences table that it was trained and scored on
 */
public record SliceRow(
    int round,
    int roundSlices,
    String domain,
    int number,
    long updates,
    double learningRate,
    double perplexityBefore,
    double perplexityAfter,
    double deviceSeconds,
    long sequencesVersion) {}
