package io.espalier.prep.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Separated values whose first record names the columns. The separator is a tab in {@code .tsv}
 * files and otherwise the one of comma, semicolon, tab and bar that the header has most of.
 *
 * <p>Tab-separated values have no quotes: a review that happens to start with one would otherwise
 * swallow its neighbours silently.
 */
final class CsvReader implements RecordReader {
  /** As much of the header as the separator is looked for in. */
  private static final int HEADER_BYTES = 1 << 14;

  private final BufferedInputStream buffered;
  private final SeparatedValues values;
  private final RecordOptions options;
  private List<String> header = List.of();
  private boolean started;
  private boolean ended;
  private long record;

  /**
   * @param in closed by the reader
   */
  CsvReader(InputStream in, String fileName, RecordOptions options) throws IOException {
    this.buffered = new BufferedInputStream(in, HEADER_BYTES);
    char separator = RecordFormat.extension(fileName).equals("tsv") ? '\t' : mostFrequent(buffered);
    this.values =
        new SeparatedValues(buffered, separator, separator != '\t', options.maximumRecordBytes());
    this.options = options;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      if (!started) {
        started = true;
        readHeader();
      }
      if (!values.next()) {
        return Optional.empty();
      }
      record++;
      return Optional.of(ReadFailure.withRaw(result(), values.raw(), values.rawLength()));
    } catch (DamagedFileException e) {
      ended = true;
      String detail =
          "the file is damaged in record %d, the rest is lost: %s"
              .formatted(record + 1, e.getMessage());
      ReadFailure failure = new ReadFailure(record + 1, e.reason(), detail, "");
      return Optional.of(failure.withRaw(values.raw(), values.rawLength()));
    }
  }

  @Override
  public List<String> fieldNames() {
    return header;
  }

  @Override
  public void close() throws IOException {
    values.close();
  }

  /** The mark goes first: a quote behind it opens a field, too. */
  private void readHeader() throws IOException {
    Utf8.skipByteOrderMark(buffered);
    if (values.next()) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < values.fields(); i++) {
        names.add(field(i).strip());
      }
      header = names;
    }
  }

  private ReadResult result() {
    String where = "line %d".formatted(values.firstLine());
    if (values.unclosedQuote()) {
      return failure("unclosed_quote", where + " opens a quote that is never closed");
    }
    if (values.fullLength() > options.maximumRecordBytes()) {
      return Sized.tooLong(
          record,
          "%s starts a record of %d bytes".formatted(where, values.fullLength()),
          options,
          beginning());
    }
    if (values.fields() != header.size()) {
      return failure(
          "ragged_record",
          "%s has %d fields, the header %d".formatted(where, values.fields(), header.size()));
    }
    for (int i = 0; i < header.size(); i++) {
      Optional<String> fault =
          Utf8.fault(values.bytes(), values.start(i), values.end(i) - values.start(i), field(i));
      if (fault.isPresent()) {
        return failure(
            "invalid_utf8", "%s, field %s: %s".formatted(where, header.get(i), fault.get()));
      }
    }
    return document();
  }

  private ReadResult document() {
    int text = header.indexOf(options.fields().text());
    if (text < 0) {
      return failure(
          "missing_field",
          "%s is not there; the header has: %s"
              .formatted(options.fields().text(), String.join(", ", header)));
    }
    return Sized.result(
        new ReadDocument(
            record,
            value(options.fields().id()),
            value(options.fields().source()),
            decoded(text),
            value(options.label()),
            value(options.fields().split())),
        options);
  }

  private String value(String name) {
    int column = name.isEmpty() ? -1 : header.indexOf(name);
    return column < 0 ? "" : decoded(column);
  }

  private String decoded(int column) {
    return options.backslashEscapes() ? BackslashEscapes.decode(field(column)) : field(column);
  }

  private String field(int column) {
    int start = values.start(column);
    return Utf8.lenient(values.bytes(), start, values.end(column) - start);
  }

  private ReadFailure failure(String reason, String detail) {
    return new ReadFailure(record, reason, detail, beginning());
  }

  private String beginning() {
    int most = 3 * ReadFailure.MAXIMUM_TEXT_CHARACTERS;
    return Utf8.lenient(values.bytes(), 0, Math.min(most, values.end(values.fields() - 1)));
  }

  private static char mostFrequent(BufferedInputStream in) throws IOException {
    in.mark(HEADER_BYTES);
    String header;
    try {
      byte[] bytes = in.readNBytes(HEADER_BYTES);
      header = Utf8.lenient(bytes, 0, bytes.length).lines().findFirst().orElse("");
    } catch (DamagedFileException e) {
      return ','; // The reader meets the damage again and reports it.
    } finally {
      in.reset();
    }
    char most = ',';
    for (char candidate : new char[] {';', '\t', '|'}) {
      if (count(header, candidate) > count(header, most)) {
        most = candidate;
      }
    }
    return most;
  }

  private static long count(String header, char separator) {
    return header.chars().filter(c -> c == separator).count();
  }
}
