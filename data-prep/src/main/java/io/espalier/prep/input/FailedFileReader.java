package io.espalier.prep.input;

import java.util.Optional;

/** A file that can't be read at all: one failure. */
final class FailedFileReader implements RecordReader {
  private final ReadFailure failure;
  private boolean given;

  FailedFileReader(String reason, String detail) {
    this(new ReadFailure(0, reason, detail, ""));
  }

  FailedFileReader(ReadFailure failure) {
    this.failure = failure;
  }

  @Override
  public Optional<ReadResult> next() {
    if (given) {
      return Optional.empty();
    }
    given = true;
    return Optional.of(failure);
  }

  @Override
  public void close() {}
}
