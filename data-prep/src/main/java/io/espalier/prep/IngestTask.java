package io.espalier.prep;

import io.espalier.prep.input.FileDigest;
import io.espalier.prep.input.FileParts;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.ReadResult;
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
 * @param hashes whether the last row of a file that is read as one stream is its {@link FileHashes
 *     hash}
 */
record IngestTask(
    List<SourceSlice> slices, DocumentChecks checks, SplitLabels splits, boolean hashes)
    implements Serializable {

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
    private SplitLabels.OfFile splits = value -> SplitLabels.Mark.NONE;
    private Optional<FileDigest> digest = Optional.empty();
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
        closeReader();
        if (digest.isPresent()) {
          digest.get().abandon();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void closeReader() throws IOException {
      if (reader != null) {
        reader.close();
        reader = null;
      }
    }

    private void advance() throws IOException {
      if (reader == null) {
        SourceSlice opened = slices.next();
        current = opened;
        splits =
            task.splits()
                .ofFile(
                    opened.role(), opened.options().fields().split(), opened.slice().file().path());
        digest =
            Optional.of(opened.slice())
                .filter(slice -> task.hashes() && !FileParts.isNoStream(slice))
                .map(slice -> new FileDigest());
        reader = RecordReaders.open(configuration, opened.slice(), opened.options(), digest);
      }
      Optional<ReadResult> result = reader.next();
      if (result.isPresent() && current != null) {
        next = row(current, result.get());
      } else {
        closeReader();
        next = current == null ? null : hash(current);
      }
    }

    private @Nullable IngestedRow hash(SourceSlice from) throws IOException {
      InputFile file = from.slice().file();
      if (digest.isEmpty()) {
        return null;
      }
      Optional<String> hash = digest.get().finish(file.bytes());
      digest = Optional.empty();
      return hash.map(each -> FileHashes.row(from.origin(), from.role(), file, each)).orElse(null);
    }

    private IngestedRow row(SourceSlice from, ReadResult result) {
      boolean wholeFile =
          from.options().isOneDocument(from.slice().format()) || result.record() == 0;
      return IngestedRow.of(
          from.origin(),
          from.role(),
          from.slice().file(),
          wholeFile,
          result,
          task.checks(),
          splits);
    }
  }
}
