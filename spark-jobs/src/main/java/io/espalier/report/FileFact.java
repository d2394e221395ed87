package io.espalier.report;

/**
 * A file that was read.
 *
 * @param source key of its source
 * @param path below the source's path
 * @param bytes as it lies on disk
 * @param sha256 in hexadecimal digits; of a file that was read in parts that of the parts' hashes,
 *     with a hyphen and their number; empty if nobody knows
 */
public record FileFact(
    String source, String path, long bytes, String sha256, long records, long kept) {}
