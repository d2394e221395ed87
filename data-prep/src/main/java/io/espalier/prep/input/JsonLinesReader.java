package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * JSON lines. Empty lines are no records but count as lines.
 *
 * <p>Of a slice in the middle of a file, the lines that begin in it are read: the stream starts one
 * byte early, so that a line that begins with the slice is told from one that began before.
 */
final class JsonLinesReader implements RecordReader {
  private final ByteLines lines;
  private final InputSlice slice;
  private final RecordOptions options;
  private long line;
  private long streamStart;
  private boolean started;
  private boolean ended;
  private String lastRecord = "";

  /**
   * @param in at the slice's start, or one byte before it where that isn't 0; closed by the reader
   */
  JsonLinesReader(InputStream in, InputSlice slice, RecordOptions options) {
    this.lines = new ByteLines(in, options.maximumRecordBytes());
    this.slice = slice;
    this.options = options;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    try {
      if (!started) {
        started = true;
        skipLineBegunBefore();
      }
      while (!ended && streamStart + lines.position() < slice.end() && lines.next()) {
        line++;
        int start = line == 1 ? Utf8.byteOrderMark(lines.bytes(), lines.length()) : 0;
        if (!isBlank(start)) {
          return Optional.of(ReadFailure.withRaw(record(start), lines.bytes(), lines.length()));
        }
      }
      return Optional.empty();
    } catch (DamagedFileException e) {
      ended = true;
      String detail =
          "the file is damaged in line %d, the rest is lost: %s"
              .formatted(line + 1, e.getMessage());
      ReadFailure failure = new ReadFailure(line + 1, e.reason(), detail, beginning(0));
      return Optional.of(failure.withRaw(lines.bytes(), lines.length()));
    }
  }

  @Override
  public List<String> fieldNames() {
    return JsonRecord.fieldNames(lastRecord);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }

  private void skipLineBegunBefore() throws IOException {
    line = slice.lineEndsBefore();
    if (slice.start() > 0) {
      streamStart = slice.start() - 1;
      ended = !lines.next();
      line += lines.fullLength() == 0 ? 0 : 1;
    }
  }

  private ReadResult record(int start) {
    if (lines.fullLength() > options.maximumRecordBytes()) {
      return Sized.tooLong(
          line, "a line of %d bytes".formatted(lines.fullLength()), options, beginning(start));
    }
    int length = lines.length() - start;
    String json = Utf8.lenient(lines.bytes(), start, length);
    Optional<String> fault = Utf8.fault(lines.bytes(), start, length, json);
    if (fault.isPresent()) {
      return new ReadFailure(line, "invalid_utf8", fault.get(), json);
    }
    lastRecord = json;
    return JsonRecord.parse(line, json, options);
  }

  private String beginning(int start) {
    int most = 3 * ReadFailure.MAXIMUM_TEXT_CHARACTERS;
    return Utf8.lenient(lines.bytes(), start, Math.min(most, lines.length() - start));
  }

  private boolean isBlank(int start) {
    for (int i = start; i < lines.length(); i++) {
      if (lines.bytes()[i] != ' ' && lines.bytes()[i] != '\t') {
        return false;
      }
    }
    return true;
  }
}
