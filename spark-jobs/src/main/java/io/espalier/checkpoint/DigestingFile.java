package io.espalier.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Computes a file's SHA-256 and the CRC-32C of its pieces while it is written: SHA-256, the slowest
 * of the three, in a thread of its own while the same bytes are on their way to the file system.
 * One thread at a time.
 */
final class DigestingFile implements WritableByteChannel {
  /** Small enough to stay in a core's cache between check and copy; see the package's format. */
  static final int PIECE_BYTES = 256 << 10;

  /** Below this, handing over to the other thread costs more than it saves. */
  private static final int BACKGROUND_BYTES = 512 << 10;

  private final WritableFile file;
  private final String path;
  private final MessageDigest sha256 = Sha256.digest();
  private final CRC32C crc = new CRC32C();
  private final StringBuilder pieceCrc32c = new StringBuilder();
  private final ExecutorService background =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "sha256");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable WritableFile journal;
  private long lengthBytes;

  /**
   * Begins a file.
   *
   * @param path what its entry will call it
   */
  DigestingFile(WritableFile file, String path) {
    this.file = file;
    this.path = path;
  }

  /**
   * Writes the checksum of every piece that is whole into a journal as well, by which another
   * process knows what it can go on with if this one dies; see {@link ResumedFile}.
   */
  void keepJournal(WritableFile newJournal) {
    journal = newJournal;
  }

  /** Takes bytes into account that the file has already. */
  void digest(ByteBuffer there) {
    sha256.update(there.duplicate());
    while (there.hasRemaining()) {
      int left = PIECE_BYTES - (int) (lengthBytes % PIECE_BYTES);
      ByteBuffer piece = there.slice(there.position(), Math.min(left, there.remaining()));
      there.position(there.position() + piece.remaining());
      lengthBytes += piece.remaining();
      crc.update(piece);
      if (lengthBytes % PIECE_BYTES == 0) {
        pieceCrc32c.append(HexFormat.of().toHexDigits((int) crc.getValue()));
        crc.reset();
      }
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int bytes = source.remaining();
    ByteBuffer hashed = source.duplicate();
    if (bytes < BACKGROUND_BYTES) {
      sha256.update(hashed);
      writeInPieces(source);
    } else {
      Future<?> hashing = background.submit(() -> sha256.update(hashed));
      try {
        writeInPieces(source);
      } finally {
        await(hashing);
      }
    }
    return bytes;
  }

  private void writeInPieces(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      int left = PIECE_BYTES - (int) (lengthBytes % PIECE_BYTES);
      ByteBuffer piece = source.slice(source.position(), Math.min(left, source.remaining()));
      source.position(source.position() + piece.remaining());
      lengthBytes += piece.remaining();
      crc.update(piece.duplicate());
      file.write(piece);
      if (lengthBytes % PIECE_BYTES == 0) {
        endPiece();
      }
    }
  }

  private void endPiece() throws IOException {
    String checksum = HexFormat.of().toHexDigits((int) crc.getValue());
    pieceCrc32c.append(checksum);
    crc.reset();
    if (journal != null) {
      journal.write(ByteBuffer.wrap(checksum.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** Says what was written, all of it; {@link #sync} is still to come. */
  FileEntry finish() {
    if (lengthBytes % PIECE_BYTES != 0) {
      pieceCrc32c.append(HexFormat.of().toHexDigits((int) crc.getValue()));
    }
    String digest = HexFormat.of().formatHex(sha256.digest());
    return new FileEntry(path, lengthBytes, digest, PIECE_BYTES, pieceCrc32c.toString());
  }

  /** Makes the bytes durable and closes the file. */
  void sync() throws IOException {
    file.sync();
    close();
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    background.shutdown();
    file.close();
    if (journal != null) {
      journal.close();
    }
  }

  private static void await(Future<?> hashing) throws IOException {
    try {
      hashing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted while writing").initCause(e);
    } catch (ExecutionException e) {
      throw new IOException("hashing failed", e.getCause());
    }
  }
}
