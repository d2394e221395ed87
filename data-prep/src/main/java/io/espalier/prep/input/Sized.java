package io.espalier.prep.input;

/** Holds texts against the size limit. */
final class Sized {
  private Sized() {}

  /** The document, or the failure that it is if its text is too long. */
  static ReadResult result(ReadDocument document, RecordOptions options) {
    String text = document.text();
    int limit = options.maximumDocumentBytes();
    // Three bytes are the most that UTF-8 needs for a char; most texts need no counting.
    if (3L * text.length() <= limit || utf8Bytes(text) <= limit) {
      return document;
    }
    return tooLong(document.record(), utf8Bytes(text) + " bytes of text", options, text);
  }

  /** A text that was given up. */
  static ReadFailure tooLong(long record, String size, RecordOptions options, String beginning) {
    return new ReadFailure(
        record,
        "oversize_document",
        "%s, maximum_document_bytes is %d".formatted(size, options.maximumDocumentBytes()),
        beginning);
  }

  private static long utf8Bytes(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // A surrogate is half of a code point of four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
