package io.espalier.prep.input;

/**
 * A record, or the rest of a file, that can't be had.
 *
 * @param reason a stable word to count by, such as {@code invalid_utf8}
 * @param detail a sentence for a person
 * @param text what could be read of it, at most {@link #MAXIMUM_TEXT_CHARACTERS}
 */
public record ReadFailure(long record, String reason, String detail, String text)
    implements ReadResult {
  /** Enough to recognise a record by; the record itself is still in its file. */
  static final int MAXIMUM_TEXT_CHARACTERS = 1 << 16;

  public ReadFailure {
    if (text.length() > MAXIMUM_TEXT_CHARACTERS) {
      text = text.substring(0, MAXIMUM_TEXT_CHARACTERS);
    }
  }
}
