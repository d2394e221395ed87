package io.espalier.report;

/**
 * One row of the table {@code metrics}.
 *
 * @param checkpoint {@code seed}, {@code dense} or {@code expert/<domain>}
 * @param step update number; an expert counts on from the seed's last
 * @param tokens tokens trained on so far by this checkpoint
 * @param loss mean negative natural-log probability per token of the update's batch
 * @param learningRate of the update
 */
public record TrainingPoint(
    String checkpoint, long step, long tokens, double loss, double learningRate) {}
