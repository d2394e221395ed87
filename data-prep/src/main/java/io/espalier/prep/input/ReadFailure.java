package io.espalier.prep.input;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record, or the rest of a file, that can't be had.
 *
 * @param reason a stable word to count by, such as {@code invalid_utf8}
 * @param detail a sentence for a person
 * @param text what could be read of it, at most {@link #MAXIMUM_TEXT_CHARACTERS}
 * @param raw its first bytes as they came out of the file, unpacked, at most {@link
 *     #MAXIMUM_RAW_BYTES}; none where a format has no bytes of a record
 */
@SuppressWarnings("ArrayRecordComponent") // compared by what it holds, below
public record ReadFailure(long record, String reason, String detail, String text, byte[] raw)
    implements ReadResult {
  /** Enough to recognise a record by; the record itself is still in its file. */
  static final int MAXIMUM_TEXT_CHARACTERS = 1 << 16;

  /** Enough to see which bytes a decoder or parser stumbled over. */
  public static final int MAXIMUM_RAW_BYTES = 1 << 12;

  private static final byte[] NONE = {};

  public ReadFailure {
    if (text.length() > MAXIMUM_TEXT_CHARACTERS) {
      text = text.substring(0, MAXIMUM_TEXT_CHARACTERS);
    }
    if (raw.length > MAXIMUM_RAW_BYTES) {
      raw = Arrays.copyOf(raw, MAXIMUM_RAW_BYTES);
    }
  }

  ReadFailure(long record, String reason, String detail, String text) {
    this(record, reason, detail, text, NONE);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ReadFailure that
        && record == that.record
        && reason.equals(that.reason)
        && detail.equals(that.detail)
        && text.equals(that.text)
        && Arrays.equals(raw, that.raw);
  }

  @Override
  public int hashCode() {
    return Objects.hash(record, reason, detail, text, Arrays.hashCode(raw));
  }

  /** The same with the first of these bytes; the array may be used again. */
  ReadFailure withRaw(byte[] bytes, int length) {
    byte[] first = Arrays.copyOf(bytes, Math.min(length, MAXIMUM_RAW_BYTES));
    return new ReadFailure(record, reason, detail, text, first);
  }

  /** The result itself, or, where it is a failure, the same with the first of these bytes. */
  static ReadResult withRaw(ReadResult result, byte[] bytes, int length) {
    return result instanceof ReadFailure failure ? failure.withRaw(bytes, length) : result;
  }
}
