package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A file of texts with a separator between them, which may be any string: a line of dashes, two
 * blank lines, {@code <|endoftext|>}. CRLF is read as LF, so that a separator of lines is found in
 * files of either kind. Pieces of white space are no documents. Nothing of a text that is too long
 * is kept but its beginning.
 */
final class SeparatedTextReader implements RecordReader {
  private static final int END = -1;

  private final InputStream in;
  private final RecordOptions options;
  private final byte[] separator;
  private final int[] fallback;
  private final byte[] buffer = new byte[1 << 16];
  private int bufferStart;
  private int bufferEnd;

  private byte[] text = new byte[1 << 12];
  private int length;
  private long fullLength;
  private long document;
  private boolean first = true;
  private boolean ended;

  /**
   * @param in UTF-8; closed by the reader
   */
  SeparatedTextReader(InputStream in, RecordOptions options) {
    this.in = in;
    this.options = options;
    this.separator = options.separator().replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
    this.fallback = fallback(separator);
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    while (!ended) {
      try {
        ended = !readText();
      } catch (DamagedFileException e) {
        ended = true;
        document++;
        String detail =
            "the file is damaged in text %d, the rest is lost: %s"
                .formatted(document, e.getMessage());
        ReadFailure failure =
            new ReadFailure(document, e.reason(), detail, Utf8.lenient(text, 0, length));
        return Optional.of(failure.withRaw(text, length));
      }
      int start = first ? Utf8.byteOrderMark(text, length) : 0;
      first = false;
      if (fullLength > length || !isBlank(start)) {
        document++;
        return Optional.of(ReadFailure.withRaw(result(start), text, length));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private ReadResult result(int start) {
    String decoded = Utf8.lenient(text, start, length - start);
    if (fullLength - start > options.maximumDocumentBytes()) {
      String size = "%d bytes of text".formatted(fullLength - start);
      return Sized.tooLong(document, size, options, decoded);
    }
    return Utf8.fault(text, start, length - start, decoded)
        .<ReadResult>map(fault -> new ReadFailure(document, "invalid_utf8", fault, decoded))
        .orElseGet(() -> new ReadDocument(document, "", "", decoded, ""));
  }

  /** Reads up to a separator and not further; false if the file ends without one. */
  private boolean readText() throws IOException {
    length = 0;
    fullLength = 0;
    int matched = 0;
    for (int b = read(); b != END; b = read()) {
      keep(b);
      while (matched > 0 && separator[matched] != (byte) b) {
        matched = fallback[matched - 1];
      }
      matched += separator[matched] == (byte) b ? 1 : 0;
      if (matched == separator.length) {
        fullLength -= separator.length;
        length = (int) Math.min(length, fullLength);
        return true;
      }
    }
    return false;
  }

  /** Keeps one byte more than may be, a mark and the separator. */
  private void keep(int b) {
    fullLength++;
    int most = options.maximumDocumentBytes() + Utf8.MARK_BYTES + 1 + separator.length;
    if (length < most) {
      if (length == text.length) {
        text = Arrays.copyOf(text, (int) Math.min(most, 2L * length));
      }
      text[length++] = (byte) b;
    }
  }

  private int read() throws IOException {
    int b = take();
    return b == '\r' && peek() == '\n' ? take() : b;
  }

  private int take() throws IOException {
    int b = peek();
    bufferStart += b == END ? 0 : 1;
    return b;
  }

  private int peek() throws IOException {
    if (bufferStart == bufferEnd) {
      bufferStart = 0;
      bufferEnd = 0;
      bufferEnd = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return bufferEnd == 0 ? END : buffer[bufferStart] & 0xFF;
  }

  private boolean isBlank(int start) {
    for (int i = start; i < length; i++) {
      if (text[i] < 0 || text[i] > ' ') {
        return false;
      }
    }
    return true;
  }

  /** Of each beginning of the separator, how much of its end is a beginning too (Knuth-Morris). */
  private static int[] fallback(byte[] separator) {
    int[] table = new int[separator.length];
    int matched = 0;
    for (int i = 1; i < separator.length; i++) {
      while (matched > 0 && separator[matched] != separator[i]) {
        matched = table[matched - 1];
      }
      matched += separator[matched] == separator[i] ? 1 : 0;
      table[i] = matched;
    }
    return table;
  }
}
