package io.espalier.prep.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an Arrow stream, or of an Arrow file, which is such a stream between a magic and a
 * footer: read from front to back, a batch at a time, it needs no seeking and may be packed.
 */
final class ArrowRecordReader implements RecordReader {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  /** The magic, padded to what everything in a file is aligned to. */
  private static final int PREFIX_BYTES = 8;

  /** Of a batch, outside the heap; a damaged length asks for any size. */
  private static final long MOST_BATCH_BYTES = 1L << 31;

  private final RecordOptions options;
  private final WatchedStream in;
  private final boolean file;
  private final BufferAllocator allocator = new RootAllocator(MOST_BATCH_BYTES);
  private final ArrowStreamReader reader;
  private @Nullable VectorSchemaRoot batch;
  private int row;
  private long record;
  private boolean ended;

  /**
   * @param in unpacked; closed by the reader
   */
  ArrowRecordReader(InputStream in, RecordOptions options) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    this.file = skipPrefix(buffered);
    this.in = new WatchedStream(buffered);
    this.options = options;
    this.reader =
        new ArrowStreamReader(
            new BoundedMessages(this.in, allocator), allocator, CommonsCompressionFactory.INSTANCE);
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      VectorSchemaRoot rows = batchWithRow();
      if (rows == null) {
        ended = true;
        readToEnd();
        return Optional.empty();
      }
      record++;
      ArrowRow arrow = new ArrowRow(rows, reader::lookup, row++);
      return Optional.of(arrow.result(record, options));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // A damaged length may ask for more memory than there is, and gets none of it.
      ended = true;
      return Optional.of(damage(e));
    }
  }

  @Override
  public List<String> fieldNames() {
    return batch == null
        ? List.of()
        : batch.getSchema().getFields().stream().map(Field::getName).toList();
  }

  @Override
  public void close() throws IOException {
    try (in) {
      reader.close(false);
      allocator.close();
    } catch (IllegalStateException e) {
      // The library counts what it didn't free of a damaged batch; nobody holds it any more.
    }
  }

  /** Passes over a file's magic; false where a stream begins without. */
  private static boolean skipPrefix(BufferedInputStream in) throws IOException {
    in.mark(PREFIX_BYTES);
    try {
      byte[] first = in.readNBytes(PREFIX_BYTES);
      if (Arrays.equals(Arrays.copyOf(first, MAGIC.length), MAGIC)) {
        return true;
      }
    } catch (DamagedFileException e) {
      // The reader meets the damage again and reports it.
    }
    in.reset();
    return false;
  }

  private @Nullable VectorSchemaRoot batchWithRow() throws IOException {
    while (batch == null || row == batch.getRowCount()) {
      if (!reader.loadNextBatch()) {
        return null;
      }
      batch = reader.getVectorSchemaRoot();
      row = 0;
    }
    return batch;
  }

  /** A stream may just stop, but a file ends with its magic, and packing with its checksum. */
  private void readToEnd() throws IOException {
    byte[] last = new byte[0];
    for (byte[] next = in.readNBytes(1 << 16); next.length > 0; next = in.readNBytes(1 << 16)) {
      byte[] tail = Arrays.copyOf(last, last.length + next.length);
      System.arraycopy(next, 0, tail, last.length, next.length);
      last = Arrays.copyOfRange(tail, Math.max(0, tail.length - MAGIC.length), tail.length);
    }
    if (file && !Arrays.equals(last, MAGIC)) {
      throw new IOException("the file has no footer");
    }
  }

  private ReadFailure damage(Throwable e) throws IOException {
    IOException thrown = in.thrown();
    String reason = in.ended() ? "truncated_arrow" : "damaged_arrow";
    if (thrown instanceof DamagedFileException packing) {
      reason = packing.reason();
    } else if (thrown != null) {
      throw thrown;
    }
    String detail =
        "damaged in or behind row %d, the rest is lost: %s".formatted(record + 1, e.getMessage());
    return new ReadFailure(record + 1, reason, detail, "");
  }
}
