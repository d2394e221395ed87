package io.espalier.table;

/**
 * One commit of a table.
 *
 * @param version the Delta version it made
 * @param rows how many rows were written, as Delta counted them; -1 where it didn't
 * @param fingerprint hash of everything the rows were made from; empty where none was given
 * @param summary what the writer wants to remember of it, as JSON; empty where none was given
 */
public record TableCommit(long version, long rows, String fingerprint, String summary) {}
