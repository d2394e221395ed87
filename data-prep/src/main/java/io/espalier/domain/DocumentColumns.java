package io.espalier.domain;

import org.apache.spark.sql.Column;

/**
 * What a sharder may look at.
 *
 * @param path the file's path below the source's path, with {@code /} between folders
 * @param text the cleaned text
 * @param label value of the record's field that {@link DomainSharder#field} names; empty where the
 *     record doesn't have it
 * @param id unique among all documents
 * @param source where the record says that it comes from
 * @param cluster the domain that the fitted clusters give it; null where none are fitted
 */
public record DocumentColumns(
    Column path, Column text, Column label, Column id, Column source, Column cluster) {}
