package io.espalier.prep;

/**
 * An input file and what became of its records.
 *
 * @param source key of its source, such as {@code data.training[0]}
 * @param path below the source's path
 * @param bytes as it lies on disk
 * @param sha256 in hexadecimal digits, as {@link io.espalier.prep.input.FileParts#hashes} has it;
 *     empty where it couldn't be read to its end, or nothing tells how to read it
 * @param records that were read, damaged ones included
 * @param kept documents that its records became
 */
public record ReadFile(
    String source, String path, long bytes, String sha256, long records, long kept) {}
