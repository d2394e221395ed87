package io.espalier.checkpoint;

/**
 * A checkpoint that another one was made from.
 *
 * @param name its name in the run: {@code seed}, {@code expert/legal}
 * @param step its step
 * @param hash the SHA-256 of its manifest
 * @param weight its share in the result: 1 for the only parent of a branch, its weight in a merge
 */
public record ParentCheckpoint(String name, long step, String hash, double weight) {}
