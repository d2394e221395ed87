package io.espalier.prep.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts bytes into records of separated values (RFC 4180): fields may be quoted, quoted fields may
 * hold separators, line ends and doubled quotes. Works on bytes, since separator, quote and line
 * end are single bytes in UTF-8 that occur in no longer character. One thread at a time.
 */
final class SeparatedValues implements Closeable {
  private static final int END = -1;

  private final InputStream in;
  private final int separator;
  private final boolean quotes;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int bufferStart;
  private int bufferEnd;

  private byte[] record = new byte[1 << 12];
  private int length;
  private long fullLength;
  private int[] fieldEnds = new int[16];
  private int fields;
  private boolean anyQuote;
  private boolean unclosedQuote;
  private final byte[] raw = new byte[ReadFailure.MAXIMUM_RAW_BYTES];
  private int rawLength;
  private long line = 1;
  private long firstLine = 1;

  /**
   * @param limit most bytes kept of a record
   */
  SeparatedValues(InputStream in, char separator, boolean quotes, int limit) {
    this.in = in;
    this.separator = separator;
    this.quotes = quotes;
    this.limit = limit;
  }

  /**
   * Reads the next record; empty lines are none.
   *
   * @return false at the end
   */
  boolean next() throws IOException {
    do {
      if (peek() == END) {
        return false;
      }
      readRecord();
    } while (fields == 1 && fullLength == 0 && !anyQuote);
    return true;
  }

  /** How many fields the record has. */
  int fields() {
    return fields;
  }

  /** Where a field starts in {@link #bytes}. */
  int start(int field) {
    return field == 0 ? 0 : fieldEnds[field - 1];
  }

  /** Where a field ends in {@link #bytes}. */
  int end(int field) {
    return fieldEnds[field];
  }

  /** The fields' bytes one after the other, without quotes; reused by the next record. */
  byte[] bytes() {
    return record;
  }

  /** How many bytes the record's fields have; more than the limit if they weren't all kept. */
  long fullLength() {
    return fullLength;
  }

  /** The record's first bytes as they are in the file; reused by the next record. */
  byte[] raw() {
    return raw;
  }

  /** How many bytes of {@link #raw} are the record's. */
  int rawLength() {
    return rawLength;
  }

  /** The line the record starts on, from 1. */
  long firstLine() {
    return firstLine;
  }

  /** Whether the file ended inside quotes. */
  boolean unclosedQuote() {
    return unclosedQuote;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void readRecord() throws IOException {
    length = 0;
    fullLength = 0;
    fields = 0;
    rawLength = 0;
    anyQuote = false;
    firstLine = line;
    boolean more = true;
    while (more) {
      if (quotes && peek() == '"') {
        read();
        anyQuote = true;
        readQuoted();
      }
      more = readPlain();
    }
  }

  /** Up to the quote that ends the field; what follows it up to the separator is kept too. */
  private void readQuoted() throws IOException {
    for (int b = read(); b != END; b = read()) {
      if (b == '"' && peek() != '"') {
        return;
      }
      if (b == '"') {
        read();
      }
      keep(b);
    }
    unclosedQuote = true;
  }

  /** Up to the field's end; true if another field follows. */
  private boolean readPlain() throws IOException {
    int start = length;
    int b = read();
    while (b != separator && b != '\n' && b != END) {
      keep(b);
      b = read();
    }
    if (b == '\n' && length > start && length == fullLength && record[length - 1] == '\r') {
      length--;
      fullLength--;
    }
    endField();
    return b == separator;
  }

  private void endField() {
    if (fields == fieldEnds.length) {
      fieldEnds = Arrays.copyOf(fieldEnds, 2 * fields);
    }
    fieldEnds[fields++] = length;
  }

  private void keep(int b) {
    fullLength++;
    if (length < limit) {
      if (length == record.length) {
        record = Arrays.copyOf(record, (int) Math.min(limit, 2L * length));
      }
      record[length++] = (byte) b;
    }
  }

  private int read() throws IOException {
    int b = peek();
    if (b != END) {
      bufferStart++;
      if (rawLength < raw.length) {
        raw[rawLength++] = (byte) b;
      }
    }
    if (b == '\n') {
      line++;
    }
    return b;
  }

  private int peek() throws IOException {
    if (bufferStart == bufferEnd) {
      bufferStart = 0;
      bufferEnd = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return bufferEnd == 0 ? END : buffer[bufferStart] & 0xFF;
  }
}
