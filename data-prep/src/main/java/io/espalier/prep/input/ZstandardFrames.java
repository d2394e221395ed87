package io.espalier.prep.input;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdIOException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The contents of a Zstandard file, one frame after the other (RFC 8878). One thread at a time.
 *
 * <p>The library's own stream forgets that a frame has begun if the one before ended in the same
 * buffer, and takes a file that breaks off in its second frame for a whole one.
 */
final class ZstandardFrames extends InputStream {
  private static final int BUFFER_BYTES = 1 << 17;

  private final InputStream in;
  private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();
  private final byte[] read = new byte[BUFFER_BYTES];
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
  private final ByteBuffer unpacked = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
  private boolean inFrame;

  /**
   * @param in closed by this stream
   */
  ZstandardFrames(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * As any stream.
   *
   * @throws EOFException if the file ends inside a frame
   * @throws ZstdIOException if it is damaged
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (!unpacked.hasRemaining()) {
      boolean end = !packed.hasRemaining() && !fill();
      if (end && !inFrame) {
        return -1;
      }
      unpack();
      if (end && inFrame && !unpacked.hasRemaining()) {
        throw new EOFException("the file ends inside a frame");
      }
    }
    int count = Math.min(length, unpacked.remaining());
    unpacked.get(bytes, offset, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    decompressor.close();
    in.close();
  }

  private boolean fill() throws IOException {
    int count = in.read(read, 0, read.length);
    packed.clear().put(read, 0, Math.max(0, count)).flip();
    return count > 0;
  }

  private void unpack() throws IOException {
    unpacked.clear();
    try {
      inFrame = !decompressor.decompressDirectByteBufferStream(unpacked, packed);
    } catch (ZstdException e) {
      throw new ZstdIOException(e.getErrorCode(), String.valueOf(e.getMessage()));
    } finally {
      unpacked.flip();
    }
  }
}
