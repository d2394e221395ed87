package io.espalier.prep.input;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** The rows of the row groups whose middle lies in a slice of a Parquet file. */
final class ParquetRecordReader implements RecordReader {
  private final Configuration configuration;
  private final InputSlice slice;
  private final RecordOptions options;
  private @Nullable ParquetReader<Group> reader;
  private boolean ended;
  private long record;
  private List<String> lastFieldNames = List.of();

  ParquetRecordReader(Configuration configuration, InputSlice slice, RecordOptions options) {
    this.configuration = configuration;
    this.slice = slice;
    this.options = options;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      if (reader == null && !open()) {
        ended = true;
        return Optional.empty();
      }
    } catch (IOException | RuntimeException e) {
      return unreadable(e);
    }
    try {
      return read();
    } catch (IOException | RuntimeException e) {
      rethrowTroubleOfFileSystem(e);
      ended = true;
      return Optional.of(
          new ReadFailure(
              record + 1,
              "damaged_parquet",
              "damaged in row %d, the rest is lost: %s".formatted(record + 1, e.getMessage()),
              ""));
    }
  }

  @Override
  public List<String> fieldNames() {
    return lastFieldNames;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  /**
   * Looks into the file's footer for the row that the slice starts with, so that damage is told by
   * its row.
   *
   * @return false if no row group belongs to the slice
   */
  private boolean open() throws IOException {
    Path path = new Path(slice.file().uri());
    long end = Math.min(slice.end(), slice.file().bytes());
    var footer = HadoopReadOptions.builder(configuration, path).withRange(slice.start(), end);
    try (ParquetFileReader file =
        ParquetFileReader.open(HadoopInputFile.fromPath(path, configuration), footer.build())) {
      if (file.getRowGroups().isEmpty()) {
        return false;
      }
      record = file.getRowGroups().get(0).getRowIndexOffset();
    }
    reader =
        ParquetReader.builder(new GroupReadSupport(), path)
            .withConf(configuration)
            .withFileRange(slice.start(), end)
            .build();
    return true;
  }

  private Optional<ReadResult> read() throws IOException {
    ParquetReader<Group> rows = Objects.requireNonNull(reader);
    Group row = rows.read();
    if (row == null) {
      ended = true;
      return Optional.empty();
    }
    record = rows.getCurrentRowIndex() + 1;
    lastFieldNames = row.getType().getFields().stream().map(Type::getName).toList();
    return Optional.of(result(row));
  }

  /** One failure for the file, however many slices it was cut into. */
  private Optional<ReadResult> unreadable(Exception e) throws IOException {
    rethrowTroubleOfFileSystem(e);
    ended = true;
    return slice.start() > 0
        ? Optional.empty()
        : Optional.of(
            new ReadFailure(
                0, "damaged_parquet", "not readable as Parquet: " + e.getMessage(), ""));
  }

  private ReadResult result(Group row) {
    String path = options.fields().text();
    Optional<Leaf> leaf = leaf(row, path);
    if (leaf.isEmpty()) {
      return new ReadFailure(
          record,
          "missing_field",
          "%s is not there or null; the row has: %s"
              .formatted(path, String.join(", ", lastFieldNames)),
          "");
    }
    if (leaf.get().type() != PrimitiveTypeName.BINARY) {
      return new ReadFailure(
          record,
          "text_not_string",
          "%s is a Parquet %s, not a string".formatted(path, leaf.get().type()),
          "");
    }
    byte[] bytes = leaf.get().binary().getBytes();
    String text = Utf8.lenient(bytes, 0, bytes.length);
    return Utf8.fault(bytes, 0, bytes.length, text)
        .<ReadResult>map(
            fault ->
                new ReadFailure(record, "invalid_utf8", fault, text).withRaw(bytes, bytes.length))
        .orElseGet(() -> document(row, text));
  }

  private ReadResult document(Group row, String text) {
    return Sized.result(
        new ReadDocument(
            record,
            value(row, options.fields().id()),
            value(row, options.fields().source()),
            text,
            value(row, options.label()),
            value(row, options.fields().split())),
        options);
  }

  private static String value(Group row, String path) {
    return path.isEmpty() ? "" : leaf(row, path).map(Leaf::asString).orElse("");
  }

  /** The value of that name, or else the one that its dots lead to. */
  private static Optional<Leaf> leaf(Group row, String path) {
    Optional<Leaf> named = leafNamed(row, path);
    int dot = path.indexOf('.');
    if (named.isPresent() || dot < 0 || !has(row, path.substring(0, dot))) {
      return named;
    }
    String first = path.substring(0, dot);
    return row.getType().getType(first).isPrimitive()
        ? Optional.empty()
        : leaf(row.getGroup(first, 0), path.substring(dot + 1));
  }

  private static Optional<Leaf> leafNamed(Group row, String name) {
    return has(row, name) && row.getType().getType(name).isPrimitive()
        ? Optional.of(new Leaf(row, name))
        : Optional.empty();
  }

  private static boolean has(Group row, String name) {
    return row.getType().containsField(name) && row.getFieldRepetitionCount(name) > 0;
  }

  /**
   * A broken connection or a refused access is no damage: the task fails and is tried again.
   * Everything else that a Parquet reader throws comes from the bytes it was given.
   */
  private static void rethrowTroubleOfFileSystem(Exception e) throws IOException {
    String origin = e.getClass().getName();
    boolean fileSystem =
        (origin.startsWith("org.apache.hadoop.") && !(e instanceof ChecksumException))
            || origin.startsWith("java.net.")
            || origin.startsWith("java.nio.file.")
            || e instanceof java.io.FileNotFoundException
            || e instanceof InterruptedIOException;
    if (fileSystem && e instanceof IOException trouble) {
      throw trouble;
    }
  }

  /** A primitive value of a row. */
  private record Leaf(Group row, String name) {
    PrimitiveTypeName type() {
      return row.getType().getType(name).asPrimitiveType().getPrimitiveTypeName();
    }

    Binary binary() {
      return row.getBinary(name, 0);
    }

    String asString() {
      return type() == PrimitiveTypeName.BINARY
          ? binary().toStringUsingUTF8()
          : row.getValueToString(row.getType().getFieldIndex(name), 0);
    }
  }
}
