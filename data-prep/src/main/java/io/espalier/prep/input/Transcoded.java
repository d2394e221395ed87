package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text of any encoding as UTF-8, a buffer at a time. What isn't text in that encoding comes out as
 * the byte 0xFF, which UTF-8 never has: the record it is in is then refused as any damaged one. One
 * thread at a time.
 */
final class Transcoded extends InputStream {
  private static final int BUFFER_BYTES = 1 << 14;

  private final InputStream in;
  private final CharsetDecoder decoder;
  private final ByteBuffer coded = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private final CharBuffer text = CharBuffer.allocate(BUFFER_BYTES);
  private byte[] out = {};
  private int place;
  private boolean hungry = true;
  private boolean inputEnded;
  private boolean ended;

  /**
   * @param in closed by this stream
   */
  Transcoded(InputStream in, Charset charset) {
    this.in = in;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    while (place == out.length) {
      if (ended) {
        return -1;
      }
      decode();
    }
    int count = Math.min(length, out.length - place);
    System.arraycopy(out, place, bytes, offset, count);
    place += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void decode() throws IOException {
    if (hungry && !inputEnded) {
      fill();
    }
    text.clear();
    CoderResult result = decoder.decode(coded, text, inputEnded);
    hungry = result.isUnderflow();
    if (hungry && inputEnded) {
      decoder.flush(text);
      ended = true;
    }
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(text.flip());
    int bytes = utf8.remaining();
    out = new byte[bytes + (result.isError() ? 1 : 0)];
    utf8.get(out, 0, bytes);
    place = 0;
    if (result.isError()) {
      out[out.length - 1] = (byte) 0xFF;
      coded.position(coded.position() + result.length());
    }
  }

  private void fill() throws IOException {
    coded.compact();
    try {
      int count = in.read(coded.array(), coded.position(), coded.remaining());
      inputEnded = count < 0;
      coded.position(coded.position() + Math.max(0, count));
    } finally {
      coded.flip();
    }
  }
}
