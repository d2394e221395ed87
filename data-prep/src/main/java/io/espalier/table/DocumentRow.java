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
 * @param edits what {@code data.edits} changed in the text and how often, such as {@code
 *     markup:tags=1,personal_data:email=2}; Spark's {@code str_to_map(edits, ',', '=')} takes it
 *     apart
 * @param language ISO 639-1, or ISO 639-3 where there are no two letters, or {@code unknown}; empty
 *     where no filter asked for it
 */
public record DocumentRow(
    String id,
    String source,
    String text,
    String domain,
    String role,
    String split,
    long bytes,
    String edits,
    String language) {}
