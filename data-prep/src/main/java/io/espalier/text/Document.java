package io.espalier.text;

/**
 * One text with its identity.
 *
 * @param id unique within a run
 * @param source where it was read: a file, a repository, the name a record gives
 * @param text the text itself
 */
public record Document(String id, String source, String text) {}
