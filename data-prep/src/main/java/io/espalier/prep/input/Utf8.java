package io.espalier.prep.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes that claim to be UTF-8. */
final class Utf8 {
  /** Length of a byte order mark. */
  static final int MARK_BYTES = 3;

  private Utf8() {}

  /** The text; invalid bytes become U+FFFD. */
  static String lenient(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  /**
   * Where and how the bytes aren't UTF-8, as a sentence; nothing if they are.
   *
   * @param decoded what {@link #lenient} made of them: without U+FFFD there is nothing to look for
   */
  static Optional<String> fault(byte[] bytes, int offset, int length, String decoded) {
    if (decoded.indexOf('\uFFFD') < 0) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length);
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    if (!decoder.decode(in, out, true).isError()) {
      return Optional.empty();
    }
    int fault = in.position();
    return Optional.of(
        "byte %d is 0x%02X%s".formatted(fault - offset + 1, bytes[fault], utf16(bytes, offset)));
  }

  /** Length of the byte order mark at the start, or 0. */
  static int byteOrderMark(byte[] bytes, int length) {
    boolean mark =
        length >= MARK_BYTES
            && (bytes[0] & 0xFF) == 0xEF
            && (bytes[1] & 0xFF) == 0xBB
            && (bytes[2] & 0xFF) == 0xBF;
    return mark ? MARK_BYTES : 0;
  }

  /** Passes over a byte order mark at the stream's place. */
  static void skipByteOrderMark(BufferedInputStream in) throws IOException {
    in.mark(MARK_BYTES);
    byte[] first = in.readNBytes(MARK_BYTES);
    if (byteOrderMark(first, first.length) == 0) {
      in.reset();
    }
  }

  private static String utf16(byte[] bytes, int offset) {
    int first = bytes[offset] & 0xFF;
    int second = bytes.length > offset + 1 ? bytes[offset + 1] & 0xFF : 0;
    boolean mark = (first == 0xFF && second == 0xFE) || (first == 0xFE && second == 0xFF);
    return mark ? "; it starts like UTF-16, which encoding: auto would read" : "";
  }
}
