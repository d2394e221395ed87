package io.espalier.table;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.utils.CloseableIterator;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The windows of one split of one domain, streamed in the order of their ids, which run from 0
 * without gaps. Closed by whoever asked for it; one thread at a time.
 */
public final class SequenceReader implements Iterator<SequenceRow>, AutoCloseable {
  private final String name;
  private final KernelScan scan;
  private final Iterator<Row> files;
  private @Nullable CloseableIterator<FilteredColumnarBatch> batches;
  private @Nullable FilteredColumnarBatch batch;
  private int row;
  private long expectedId;

  SequenceReader(String name, KernelScan scan, List<Row> filesInOrder) {
    this.name = name;
    this.scan = scan;
    this.files = filesInOrder.iterator();
  }

  @Override
  public boolean hasNext() {
    while (batch == null || !advanceToSelected(batch)) {
      if (batches != null && batches.hasNext()) {
        batch = batches.next();
        row = 0;
      } else if (files.hasNext()) {
        close();
        batch = null;
        batches = scan.read(files.next());
      } else {
        return false;
      }
    }
    return true;
  }

  @Override
  public SequenceRow next() {
    if (!hasNext() || batch == null) {
      throw new NoSuchElementException();
    }
    SequenceRow sequence = sequence(batch.getData(), row++);
    if (sequence.sequenceId() != expectedId) {
      throw new FormatException(
          "%s should go on with sequence_id %d but has %d"
              .formatted(name, expectedId, sequence.sequenceId()));
    }
    expectedId++;
    return sequence;
  }

  @Override
  public void close() {
    try {
      if (batches != null) {
        batches.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isSelected(Optional<ColumnVector> selection, int row) {
    return selection.isEmpty()
        || (!selection.get().isNullAt(row) && selection.get().getBoolean(row));
  }

  private boolean advanceToSelected(FilteredColumnarBatch batch) {
    while (row < batch.getData().getSize() && !isSelected(batch.getSelectionVector(), row)) {
      row++;
    }
    return row < batch.getData().getSize();
  }

  private static SequenceRow sequence(ColumnarBatch columns, int row) {
    return new SequenceRow(
        columns.getColumnVector(0).getLong(row),
        columns.getColumnVector(1).getBinary(row),
        columns.getColumnVector(2).getInt(row),
        columns.getColumnVector(3).getInt(row));
  }
}
