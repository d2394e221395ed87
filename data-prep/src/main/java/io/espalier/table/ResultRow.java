package io.espalier.table;

/**
 * One measured figure.
 *
 * @param model {@code seed}, {@code dense}, {@code expert/<domain>}, {@code merged/<name>}, {@code
 *     ensemble/<name>}
 * @param role {@code training} or {@code evaluation}
 * @param metric {@code perplexity}, {@code bits_per_byte}, …
 * @param tokens how many tokens the figure was measured on
 * @param checkpointHash SHA-256 of the manifest of the checkpoint; of an ensemble, of all of them
 * @param sequencesVersion version of the sequences table that was measured on
 * @param forestVersion version of the forest whose experts were mixed and averaged; 0 where there
 *     was none
 */
public record ResultRow(
    String model,
    String domain,
    String role,
    String split,
    String metric,
    double value,
    long tokens,
    String checkpointHash,
    long sequencesVersion,
    long forestVersion) {}
