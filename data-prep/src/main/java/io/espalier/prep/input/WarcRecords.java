package io.espalier.prep.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a web archive into its records. A library's reader ends where it finds no record; this one
 * goes on at the next line that begins one, so that a broken record costs that record. One thread
 * at a time.
 */
final class WarcRecords implements Closeable {
  private static final int LONGEST_LINE_BYTES = 1 << 16;
  private static final int MOST_HEADERS = 1000;

  private final BufferedInputStream in;
  private final int limit;
  private @Nullable String versionLine;
  private long number;

  /**
   * @param in unpacked; closed by this
   * @param limit most bytes kept of a record
   */
  WarcRecords(InputStream in, int limit) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.limit = limit;
  }

  /**
   * The next record, a broken one too, or nothing at the end.
   *
   * @throws DamagedFileException if the file ends inside a record
   */
  Optional<WarcRecord> next() throws IOException {
    String first = versionLine == null ? lineWithText() : versionLine;
    versionLine = null;
    if (first == null) {
      return Optional.empty();
    }
    number++;
    if (!isVersion(first)) {
      return broken("\"%s\" stands where a record should begin".formatted(shortly(first)), first);
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    String line = lineOfRecord();
    while (!line.isEmpty()) {
      int colon = line.indexOf(':');
      if (colon < 0 || headers.size() >= MOST_HEADERS) {
        return broken("\"%s\" is no header".formatted(shortly(line)), line);
      }
      headers.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
      line = lineOfRecord();
    }
    String length = headers.getOrDefault("Content-Length", "");
    return length.matches("\\d{1,18}")
        ? Optional.of(record(headers, Long.parseLong(length)))
        : broken("Content-Length is \"%s\"".formatted(shortly(length)), first);
  }

  /** How many records were begun. */
  long number() {
    return number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private WarcRecord record(Map<String, String> headers, long blockBytes) throws IOException {
    byte[] block = in.readNBytes((int) Math.min(blockBytes, limit));
    byte[] rest = new byte[1 << 14];
    long left = blockBytes - block.length;
    while (left > 0) {
      int count = in.read(rest, 0, (int) Math.min(rest.length, left));
      if (count < 0) {
        throw truncated();
      }
      left -= count;
    }
    return new WarcRecord(number, headers, block, blockBytes, "");
  }

  /** Goes on to the next line that begins a record. */
  private Optional<WarcRecord> broken(String problem, String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
    String next = line();
    while (next != null && !isVersion(next)) {
      next = line();
    }
    versionLine = next;
    return Optional.of(new WarcRecord(number, Map.of(), bytes, bytes.length, problem));
  }

  private @Nullable String lineWithText() throws IOException {
    String line = line();
    while (line != null && line.isEmpty()) {
      line = line();
    }
    return line;
  }

  private String lineOfRecord() throws IOException {
    String line = line();
    if (line == null) {
      throw truncated();
    }
    return line;
  }

  /** Without its end; nothing at the end of the file. */
  private @Nullable String line() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      if (bytes.size() < LONGEST_LINE_BYTES) {
        bytes.write(b);
      }
      b = in.read();
    }
    String line = bytes.toString(StandardCharsets.ISO_8859_1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private static boolean isVersion(String line) {
    return line.toUpperCase(Locale.ROOT).matches("WARC/\\d\\.\\d+\\s*");
  }

  private static DamagedFileException truncated() {
    return new DamagedFileException(
        "truncated_warc", new EOFException("the file ends inside a record"));
  }

  private static String shortly(String line) {
    return line.length() <= 60 ? line : line.substring(0, 60) + "…";
  }
}
