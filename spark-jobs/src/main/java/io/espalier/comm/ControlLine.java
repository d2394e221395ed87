package io.espalier.comm;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one rank that carries no elements, but the end: why a rank aborted, or that it
 * left in peace. A connection that ends without either is a rank that died. Frames are a byte for
 * the kind, the length of the text as int, and the text in UTF-8.
 */
final class ControlLine {
  /** Such few bytes always find room in a socket's buffer. */
  private static final int LONGEST_TEXT_BYTES = 4096;

  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final byte ABORTED = 1;
  private static final byte LEFT = 2;

  final int peer;
  final Wire wire;

  private final ByteBuffer incoming = ByteBuffer.allocate(HEADER_BYTES + LONGEST_TEXT_BYTES);
  private boolean left;

  ControlLine(int peer, Wire wire) {
    this.peer = peer;
    this.wire = wire;
  }

  /** Tells why this rank aborts; does nothing where the other no longer listens. */
  void sendAbort(String reason) {
    byte[] text = reason.getBytes(UTF_8);
    send(ABORTED, ByteBuffer.wrap(text, 0, Math.min(text.length, LONGEST_TEXT_BYTES)));
  }

  /** Tells that this rank leaves in peace. */
  void sendLeft() {
    send(LEFT, ByteBuffer.allocate(0));
  }

  private synchronized void send(byte kind, ByteBuffer text) {
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER_BYTES + text.remaining())
            .put(kind)
            .putInt(text.remaining())
            .put(text)
            .flip();
    try {
      wire.write(new ByteBuffer[] {frame});
      wire.flush();
    } catch (IOException e) {
      // It has closed its end, so it doesn't need to be told.
    }
  }

  /**
   * Reads what there is.
   *
   * @return why the family fails, if it does
   */
  @Nullable String listen() {
    try {
      if (wire.read(new ByteBuffer[] {incoming}) < 0) {
        return left ? null : died();
      }
    } catch (IOException e) {
      return left ? null : died();
    }
    return parse();
  }

  boolean hasLeft() {
    return left;
  }

  private @Nullable String parse() {
    if (incoming.position() < HEADER_BYTES) {
      return null;
    }
    byte kind = incoming.get(0);
    int length = incoming.getInt(1);
    if (length < 0 || length > LONGEST_TEXT_BYTES || (kind != ABORTED && kind != LEFT)) {
      return "rank %d sent what is no message".formatted(peer);
    }
    if (incoming.position() < HEADER_BYTES + length) {
      return null;
    }
    left = kind == LEFT;
    String text = new String(incoming.array(), HEADER_BYTES, length, UTF_8);
    incoming.clear();
    return left ? null : text;
  }

  private String died() {
    return "rank %d died: its connection ended without a word".formatted(peer);
  }
}
