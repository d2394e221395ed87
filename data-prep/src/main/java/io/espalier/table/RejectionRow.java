package io.espalier.table;

/**
 * A record that was read and not kept, or a part of a file that could not be read.
 *
 * @param id the record's id, or {@code file#record} where it has none
 * @param source as the record says, or the file
 * @param file the file's URI
 * @param record line (JSON lines) or record (CSV, Parquet) in the file, from 1; 0 = the whole file
 * @param role {@code training} or {@code evaluation}
 * @param stage {@code ingest}, {@code clean}, {@code filter}, {@code deduplicate} or {@code domain}
 * @param reason one of the few words that rejections are counted by, such as {@code invalid_utf8}
 * @param detail a sentence for a person
 * @param text what could be read of it; of a record over the size limit only the beginning
 * @param raw of what couldn't be read, the first bytes as they came out of the file, 4 KiB at most
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to look at, compared nowhere
public record RejectionRow(
    String id,
    String source,
    String file,
    long record,
    String role,
    String stage,
    String reason,
    String detail,
    String text,
    byte[] raw) {}
