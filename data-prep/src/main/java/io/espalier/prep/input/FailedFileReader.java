package io.espalier.prep.input;

import java.util.List;
import java.util.Optional;

/** A file that can't be read at all: one failure. */
final class FailedFileReader implements RecordReader {
  private final String reason;
  private final String detail;
  private boolean given;

  FailedFileReader(String reason, String detail) {
    this.reason = reason;
    this.detail = detail;
  }

  @Override
  public Optional<ReadResult> next() {
    if (given) {
      return Optional.empty();
    }
    given = true;
    return Optional.of(new ReadFailure(0, reason, detail, ""));
  }

  @Override
  public List<String> fieldNames() {
    return List.of();
  }

  @Override
  public void close() {}
}
