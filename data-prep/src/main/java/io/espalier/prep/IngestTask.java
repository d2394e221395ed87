package io.espalier.prep;

import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.ReadResult;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.RecordOptions;
import io.espalier.prep.input.RecordReader;
import io.espalier.prep.input.RecordReaders;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What one task of ingestion reads.
 *
 * @param slices in their order, each with its source's number and options
 */
record IngestTask(List<SourceSlice> slices, DocumentChecks checks) implements Serializable {

  /** A slice of a file of a source. */
  record SourceSlice(int origin, Role role, InputSlice slice, RecordOptions options)
      implements Serializable {}

  /** The records, read while they are asked for. Close it when it isn't read to its end. */
  Records read(Configuration configuration) {
    return new Records(this, configuration);
  }

  /** Goes through the slices, one open file at a time. */
  static final class Records implements Iterator<IngestedRow>, AutoCloseable {
    private final IngestTask task;
    private final Configuration configuration;
    private final Iterator<SourceSlice> slices;
    private @Nullable SourceSlice current;
    private @Nullable RecordReader reader;
    private @Nullable IngestedRow next;

    Records(IngestTask task, Configuration configuration) {
      this.task = task;
      this.configuration = configuration;
      this.slices = task.slices().iterator();
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && (reader != null || slices.hasNext())) {
          advance();
        }
      } catch (IOException e) {
        String file = current == null ? "a file" : current.slice().file().uri();
        throw new UncheckedIOException("Cannot read " + file, e);
      }
      return next != null;
    }

    @Override
    public IngestedRow next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      IngestedRow row = next;
      next = null;
      return row;
    }

    @Override
    public void close() {
      try {
        if (reader != null) {
          reader.close();
          reader = null;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void advance() throws IOException {
      if (reader == null) {
        current = slices.next();
        reader = RecordReaders.open(configuration, current.slice(), current.options());
      }
      Optional<ReadResult> result = reader.next();
      if (result.isEmpty()) {
        close();
      } else if (current != null) {
        next = row(current, result.get());
      }
    }

    private IngestedRow row(SourceSlice from, ReadResult result) {
      boolean wholeFile = from.slice().format() == RecordFormat.TEXT || result.record() == 0;
      return IngestedRow.of(
          from.origin(), from.role(), from.slice().file(), wholeFile, result, task.checks());
    }
  }
}
