package io.espalier.config;

/**
 * A setting that YAML may write in several ways, a number or a list: {@link Merge} takes it as it
 * stands, and its class reads and checks it, in a {@code JsonCreator} that is handed the tree.
 */
public interface FreeForm {}
