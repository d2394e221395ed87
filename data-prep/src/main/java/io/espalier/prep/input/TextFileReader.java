package io.espalier.prep.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A file that is one document. A part of it would be another document, so damage loses it. */
final class TextFileReader implements RecordReader {
  private final InputStream in;
  private final RecordOptions options;
  private final int maximumBytes;
  private final UnaryOperator<String> conversion;
  private boolean read;

  /**
   * @param in UTF-8; closed by the reader
   */
  TextFileReader(InputStream in, RecordOptions options) {
    this(in, options, options.maximumDocumentBytes(), UnaryOperator.identity());
  }

  /**
   * A file that is a document once it is converted.
   *
   * @param maximumBytes of the file; the text is held against the limit of documents too
   * @param conversion of the file's contents to the document's text
   */
  TextFileReader(
      InputStream in, RecordOptions options, int maximumBytes, UnaryOperator<String> conversion) {
    this.in = in;
    this.options = options;
    this.maximumBytes = maximumBytes;
    this.conversion = conversion;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    if (read) {
      return Optional.empty();
    }
    read = true;
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    ReadResult result;
    try {
      copy(contents);
      result = result(contents.toByteArray());
    } catch (DamagedFileException e) {
      result =
          new ReadFailure(
              1,
              e.reason(),
              "the file is damaged: " + e.getMessage(),
              text(contents.toByteArray()));
    }
    return Optional.of(ReadFailure.withRaw(result, contents.toByteArray(), contents.size()));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /**
   * Copies a byte order mark and one byte more than the limit at most: enough to know that the text
   * is too long.
   */
  private void copy(ByteArrayOutputStream contents) throws IOException {
    byte[] buffer = new byte[1 << 16];
    int most = maximumBytes + Utf8.MARK_BYTES + 1;
    while (contents.size() < most) {
      int count = in.read(buffer, 0, Math.min(buffer.length, most - contents.size()));
      if (count < 0) {
        return;
      }
      contents.write(buffer, 0, count);
    }
  }

  private ReadResult result(byte[] bytes) {
    String text = text(bytes);
    int mark = Utf8.byteOrderMark(bytes, bytes.length);
    if (bytes.length - mark > maximumBytes) {
      return Sized.tooLong(1, "more than %d bytes".formatted(maximumBytes), options, text);
    }
    return Utf8.fault(bytes, mark, bytes.length - mark, text)
        .<ReadResult>map(fault -> new ReadFailure(1, "invalid_utf8", fault, text))
        .orElseGet(
            () -> Sized.result(new ReadDocument(1, "", "", conversion.apply(text), ""), options));
  }

  private static String text(byte[] bytes) {
    int mark = Utf8.byteOrderMark(bytes, bytes.length);
    return Utf8.lenient(bytes, mark, bytes.length - mark);
  }
}
