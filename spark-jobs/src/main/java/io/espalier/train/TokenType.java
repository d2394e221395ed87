package io.espalier.train;

import io.espalier.config.FormatException;

/** How a token id lies in a shard: little-endian, with the type codes of Megatron's datasets. */
public enum TokenType {
  /** Ids below 65536. */
  UINT16(8, 2),
  /** Any id. */
  INT32(4, 4);

  private final int code;
  private final int bytes;

  TokenType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The narrowest type that holds every id of a vocabulary. */
  public static TokenType of(int vocabularySize) {
    return vocabularySize <= 65536 ? UINT16 : INT32;
  }

  static TokenType ofCode(int code, Object file) {
    for (TokenType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new FormatException(
        "%s has tokens of type %d but only 8 (uint16) and 4 (int32) are known"
            .formatted(file, code));
  }

  /** Megatron's number of the type. */
  int code() {
    return code;
  }

  /** Bytes of one token. */
  public int bytes() {
    return bytes;
  }
}
