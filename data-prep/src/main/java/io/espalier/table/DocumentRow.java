package io.espalier.table;

/**
 * A document that was kept: cleaned, unique, in one domain and one split.
 *
 * @param id unique in the table
 * @param source where the text says it comes from, or the file it was read from
 * @param text cleaned text, never empty
 * @param domain name of the domain, fit to be a folder's name
 * @param role {@code training} or {@code evaluation}
 * @param split train (training domains only), validation or test
 * @param bytes length of the text in UTF-8
 */
public record DocumentRow(
    String id, String source, String text, String domain, String role, String split, long bytes) {}
