package io.espalier.checkpoint;

import io.espalier.config.FormatException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A file whose every piece is checked against its manifest before any of its bytes are handed out.
 *
 * <p>Whole pieces go straight into the reader's buffer and are checked there; of a piece that is
 * wanted in part a copy is kept, so that reading on never reads it again. One thread at a time;
 * {@link #fork} gives another thread its own.
 */
final class VerifiedFile implements ReadableFile {
  private final ReadableFile file;
  private final FileEntry entry;
  private final int[] checksums;
  private final Runnable onDamage;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer kept = ByteBuffer.allocate(0);
  private long keptPiece = -1;

  /**
   * Opens a file for checked reading and takes it over.
   *
   * @param onDamage called before a damage is thrown
   */
  VerifiedFile(ReadableFile file, FileEntry entry, Runnable onDamage) {
    this(file, entry, entry.checksums(), onDamage);
    if (file.lengthBytes() != entry.lengthBytes()) {
      throw damaged(
          "has %d bytes where its manifest says %d"
              .formatted(file.lengthBytes(), entry.lengthBytes()));
    }
  }

  private VerifiedFile(ReadableFile file, FileEntry entry, int[] checksums, Runnable onDamage) {
    this.file = file;
    this.entry = entry;
    this.checksums = checksums;
    this.onDamage = onDamage;
  }

  /** Another reader of the same open file, for another thread; closing either closes both. */
  VerifiedFile fork() {
    return new VerifiedFile(file, entry, checksums, onDamage);
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public long lengthBytes() {
    return entry.lengthBytes();
  }

  @Override
  public void read(long position, ByteBuffer destination) throws IOException {
    long next = position;
    while (destination.hasRemaining()) {
      if (next >= lengthBytes()) {
        throw new EOFException("%s ends at byte %d".formatted(name(), next));
      }
      long piece = next / entry.pieceBytes();
      boolean wanted = next == first(piece) && destination.remaining() >= length(piece);
      next += wanted ? readWhole(piece, destination) : readPart(piece, next, destination);
    }
  }

  private int readWhole(long piece, ByteBuffer destination) throws IOException {
    int bytes = wholePieces(piece, destination.remaining());
    ByteBuffer part = destination.slice(destination.position(), bytes);
    readAndCheck(piece, part);
    destination.position(destination.position() + bytes);
    return bytes;
  }

  /** Bytes of the pieces, from one on, that are read together: at least of that one. */
  private int wholePieces(long piece, int wantedBytes) {
    int bytes = length(piece);
    long next = piece + 1;
    while (first(next) < lengthBytes()
        && bytes + length(next) <= Math.min(wantedBytes, file.readAtOnceBytes())) {
      bytes += length(next);
      next++;
    }
    return bytes;
  }

  private int readPart(long piece, long position, ByteBuffer destination) throws IOException {
    if (keptPiece != piece) {
      keep(piece);
    }
    int from = (int) (position - first(piece));
    int bytes = Math.min(length(piece) - from, destination.remaining());
    destination.put(kept.slice(from, bytes));
    return bytes;
  }

  private void keep(long piece) throws IOException {
    keptPiece = -1;
    if (kept.capacity() == 0) {
      kept = ByteBuffer.allocateDirect(entry.pieceBytes());
    }
    kept.clear().limit(length(piece));
    readAndCheck(piece, kept);
    keptPiece = piece;
  }

  /** Leaves the buffer, of one or more pieces, ready to be read again from its beginning. */
  private void readAndCheck(long piece, ByteBuffer bytes) throws IOException {
    try {
      file.read(first(piece), bytes);
    } catch (EOFException e) {
      throw damaged("was truncated at byte " + first(piece) + " or after");
    }
    bytes.flip();
    for (long next = piece; first(next) < first(piece) + bytes.limit(); next++) {
      check(next, bytes.slice((int) (first(next) - first(piece)), length(next)));
    }
  }

  private void check(long piece, ByteBuffer bytes) {
    crc.reset();
    crc.update(bytes);
    if ((int) crc.getValue() != checksums[(int) piece]) {
      throw damaged(
          "is damaged: bytes [%d, %d) don't have the CRC-32C that its manifest says"
              .formatted(first(piece), first(piece) + length(piece)));
    }
  }

  private FormatException damaged(String what) {
    onDamage.run();
    return new FormatException(name() + " " + what);
  }

  private long first(long piece) {
    return piece * entry.pieceBytes();
  }

  private int length(long piece) {
    return (int) Math.min(entry.pieceBytes(), lengthBytes() - first(piece));
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
