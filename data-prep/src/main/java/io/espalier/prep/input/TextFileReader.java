package io.espalier.prep.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A file that is one document. A part of it would be another document, so damage loses it. */
final class TextFileReader implements RecordReader {
  private final InputStream in;
  private final RecordOptions options;
  private boolean read;

  /**
   * @param in closed by the reader
   */
  TextFileReader(InputStream in, RecordOptions options) {
    this.in = in;
    this.options = options;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    if (read) {
      return Optional.empty();
    }
    read = true;
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    try {
      copy(contents);
    } catch (DamagedFileException e) {
      return Optional.of(
          new ReadFailure(
              1,
              e.reason(),
              "the file is damaged: " + e.getMessage(),
              text(contents.toByteArray())));
    }
    return Optional.of(result(contents.toByteArray()));
  }

  @Override
  public List<String> fieldNames() {
    return List.of();
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
    int most = options.maximumDocumentBytes() + Utf8.MARK_BYTES + 1;
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
    int limit = options.maximumDocumentBytes();
    if (bytes.length - mark > limit) {
      return Sized.tooLong(1, "more than %d bytes".formatted(limit), options, text);
    }
    return Utf8.fault(bytes, mark, bytes.length - mark, text)
        .<ReadResult>map(fault -> new ReadFailure(1, "invalid_utf8", fault, text))
        .orElseGet(() -> new ReadDocument(1, "", "", text, ""));
  }

  private static String text(byte[] bytes) {
    int mark = Utf8.byteOrderMark(bytes, bytes.length);
    return Utf8.lenient(bytes, mark, bytes.length - mark);
  }
}
