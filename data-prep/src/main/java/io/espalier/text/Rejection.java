package io.espalier.text;

/**
 * Why a document was dropped.
 *
 * @param reason a stable word to count by, such as {@code too_short}
 * @param detail one sentence with the numbers of this document
 */
public record Rejection(String reason, String detail) {}
