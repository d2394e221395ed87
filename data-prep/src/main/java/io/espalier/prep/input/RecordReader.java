package io.espalier.prep.input;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The records of one slice of a file, in their order. Closed by whoever opened it; one thread at a
 * time.
 */
public sealed interface RecordReader extends Closeable
    permits JsonLinesReader,
        CsvReader,
        TextFileReader,
        SeparatedTextReader,
        ParquetRecordReader,
        ArrowRecordReader,
        WarcRecordReader,
        FailedFileReader {

  /**
   * The next record, or nothing at the end.
   *
   * @throws IOException if the file system fails; damage in the file is a {@link ReadFailure}
   */
  Optional<ReadResult> next() throws IOException;

  /** Names of the fields of the record that was read last, for messages. */
  default List<String> fieldNames() {
    return List.of(); // Texts have none.
  }
}
