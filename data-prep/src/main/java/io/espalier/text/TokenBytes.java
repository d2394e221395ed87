package io.espalier.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Token ids as the {@code sequences} table and the local shards hold them: little-endian, two bytes
 * unsigned where the vocabulary allows, otherwise four. Thread-safe.
 */
public final class TokenBytes {
  /** Ids of a vocabulary of this many entries fit two bytes. */
  private static final int LARGEST_TWO_BYTE_VOCABULARY = 1 << 16;

  private TokenBytes() {}

  /** Bytes per token: 2 or 4. */
  public static int width(int vocabularySize) {
    return vocabularySize <= LARGEST_TWO_BYTE_VOCABULARY ? Short.BYTES : Integer.BYTES;
  }

  /** The ids as bytes. */
  public static byte[] pack(int[] tokens, int vocabularySize) {
    int width = width(vocabularySize);
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(tokens.length, width))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int token : tokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new IllegalArgumentException(
            "Token id %d is outside the vocabulary of %d".formatted(token, vocabularySize));
      }
      if (width == Short.BYTES) {
        out.putShort((short) token);
      } else {
        out.putInt(token);
      }
    }
    return out.array();
  }

  /**
   * The ids that the bytes hold.
   *
   * @param width bytes per token, 2 or 4
   */
  public static int[] unpack(byte[] bytes, int width) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int[] tokens = new int[bytes.length / width];
    Arrays.setAll(
        tokens, i -> width == Short.BYTES ? Short.toUnsignedInt(in.getShort()) : in.getInt());
    return tokens;
  }
}
