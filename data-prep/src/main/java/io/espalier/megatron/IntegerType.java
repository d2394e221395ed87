package io.espalier.megatron;

import io.espalier.config.FormatException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** How a token id lies in the token file: the integers among Megatron's types, by their codes. */
public enum IntegerType {
  UINT8(1, 1),
  INT8(2, 1),
  INT16(3, 2),
  INT32(4, 4),
  INT64(5, 8),
  UINT16(8, 2);

  /** Megatron keeps a margin below 65,536. */
  private static final int UINT16_VOCABULARY = 65500;

  private final int code;
  private final int bytes;

  IntegerType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The type that Megatron's tools choose for a vocabulary of so many entries. */
  public static IntegerType ofVocabulary(int entries) {
    return entries < UINT16_VOCABULARY ? UINT16 : INT32;
  }

  /**
   * The type of a code.
   *
   * @param file that has the code, for the message
   */
  static IntegerType ofCode(int code, Object file) {
    for (IntegerType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new FormatException(
        "%s has tokens of type %d%s but only integers are token ids: 1 (uint8), 2 (int8), 3 (int16), 4 (int32), 5 (int64) and 8 (uint16)"
            .formatted(file, code, code == 6 ? " (float64)" : code == 7 ? " (float32)" : ""));
  }

  /** As NumPy calls it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Megatron's number of the type. */
  public int code() {
    return code;
  }

  /** Bytes of one token. */
  public int bytes() {
    return bytes;
  }

  /** The next token of a little-endian buffer. */
  long get(ByteBuffer from) {
    return switch (this) {
      case UINT8 -> Byte.toUnsignedLong(from.get());
      case INT8 -> from.get();
      case INT16 -> from.getShort();
      case UINT16 -> Short.toUnsignedLong(from.getShort());
      case INT32 -> from.getInt();
      case INT64 -> from.getLong();
    };
  }

  /** Appends a token to a little-endian buffer. */
  void put(ByteBuffer to, int token) {
    switch (this) {
      case UINT8, INT8 -> to.put((byte) token);
      case INT16, UINT16 -> to.putShort((short) token);
      case INT32 -> to.putInt(token);
      case INT64 -> to.putLong(token);
    }
  }
}
