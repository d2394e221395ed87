package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * What a dead process left of a safetensors file, beside a journal with the CRC-32C of every piece
 * that it had written. Pieces are read and compared, so that a power cut which lost some of them
 * costs these alone.
 */
final class ResumedFile {
  private static final int CHECKSUM_LETTERS = 8;

  private ResumedFile() {}

  /** The journal of a file. */
  static String journalOf(String path) {
    return path + ".pieces";
  }

  /**
   * How many bytes are whole: header and values of the first tensors; 0 if there is nothing to go
   * on with.
   */
  static long wholeBytes(Storage storage, String path, SafetensorsHeader header)
      throws IOException {
    if (!storage.exists(path) || !storage.exists(journalOf(path))) {
      return 0;
    }
    byte[] expected = header.encode();
    try (ReadableFile file = storage.open(path)) {
      long intact = intactBytes(file, journal(storage, path));
      if (intact < expected.length || !startsWith(file, expected)) {
        return 0;
      }
      return header.tensors().stream()
          .mapToLong(tensor -> expected.length + tensor.endByte())
          .filter(end -> end <= intact)
          .max()
          .orElse(0);
    }
  }

  private static String journal(Storage storage, String path) throws IOException {
    try (ReadableFile journal = storage.open(journalOf(path))) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(journal.lengthBytes()));
      journal.read(0, bytes);
      return new String(bytes.array(), StandardCharsets.US_ASCII);
    }
  }

  private static long intactBytes(ReadableFile file, String journal) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(DigestingFile.PIECE_BYTES);
    CRC32C crc = new CRC32C();
    int whole = 0;
    while ((whole + 1L) * DigestingFile.PIECE_BYTES <= file.lengthBytes()
        && (whole + 1) * CHECKSUM_LETTERS <= journal.length()) {
      piece.clear();
      file.read((long) whole * DigestingFile.PIECE_BYTES, piece);
      crc.reset();
      crc.update(piece.flip());
      int at = whole * CHECKSUM_LETTERS;
      String found = HexFormat.of().toHexDigits((int) crc.getValue());
      if (!journal.startsWith(found, at)) {
        break;
      }
      whole++;
    }
    return (long) whole * DigestingFile.PIECE_BYTES;
  }

  private static boolean startsWith(ReadableFile file, byte[] expected) throws IOException {
    ByteBuffer found = ByteBuffer.allocate(expected.length);
    file.read(0, found);
    return found.flip().equals(ByteBuffer.wrap(expected));
  }

  /** Goes on behind the whole bytes, with the digests of what is there. */
  static DigestingFile open(Storage storage, String path, String entryPath, long wholeBytes)
      throws IOException {
    WritableFile file = storage.reopen(path, wholeBytes).orElseThrow();
    DigestingFile digesting = new DigestingFile(file, entryPath);
    ByteBuffer part = ByteBuffer.allocateDirect(DigestingFile.PIECE_BYTES);
    try (ReadableFile there = storage.open(path)) {
      for (long at = 0; at < wholeBytes; at += part.limit()) {
        part.clear().limit((int) Math.min(part.capacity(), wholeBytes - at));
        there.read(at, part);
        digesting.digest(part.flip());
      }
    }
    long checksums = wholeBytes / DigestingFile.PIECE_BYTES * CHECKSUM_LETTERS;
    digesting.keepJournal(storage.reopen(journalOf(path), checksums).orElseThrow());
    return digesting;
  }
}
