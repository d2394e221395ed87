package io.espalier.prep.input;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Opens files of any format, compression and file system. */
public final class RecordReaders {
  private RecordReaders() {}

  /**
   * The records of a slice. The caller closes the reader.
   *
   * @throws IOException if the file system fails
   */
  public static RecordReader open(
      Configuration configuration, InputSlice slice, RecordOptions options) throws IOException {
    InputFile file = slice.file();
    if (file.bytes() == 0) {
      return new FailedFileReader("empty_file", "the file has no bytes");
    }
    return switch (slice.format()) {
      case AUTO ->
          new FailedFileReader(
              "unknown_format",
              "the name ends in none of " + RecordFormat.KNOWN_NAMES + "; format says what it is");
      case PARQUET -> new ParquetRecordReader(configuration, slice, options);
      case TEXT -> new TextFileReader(unpacked(configuration, slice), options);
      case CSV -> new CsvReader(unpacked(configuration, slice), file.name(), options);
      case JSON_LINES -> new JsonLinesReader(unpacked(configuration, slice), slice, options);
    };
  }

  /** Whether a file's records can be found from the middle: no, if it is packed as a whole. */
  public static boolean isCompressed(Configuration configuration, InputFile file)
      throws IOException {
    try (InputStream in = stream(configuration, file)) {
      return Decompression.isCompressed(in);
    }
  }

  /** Line ends in {@code [start, end)} of a file that isn't compressed. */
  public static long countLineEnds(Configuration configuration, InputSlice slice)
      throws IOException {
    try (FSDataInputStream in = stream(configuration, slice.file())) {
      in.seek(slice.start());
      byte[] buffer = new byte[1 << 16];
      long left = slice.bytes();
      long count = 0;
      while (left > 0) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          break;
        }
        for (int i = 0; i < read; i++) {
          count += buffer[i] == '\n' ? 1 : 0;
        }
        left -= read;
      }
      return count;
    }
  }

  private static InputStream unpacked(Configuration configuration, InputSlice slice)
      throws IOException {
    FSDataInputStream in = stream(configuration, slice.file());
    if (slice.start() > 0) {
      in.seek(slice.start() - 1);
      return in; // Only files that aren't packed are cut, and their middle may look like anything.
    }
    return Decompression.open(in);
  }

  private static FSDataInputStream stream(Configuration configuration, InputFile file)
      throws IOException {
    Path path = new Path(file.uri());
    FileSystem fileSystem = path.getFileSystem(configuration);
    // Hadoop looks for a local file's checksum first, and can't name it where there is a colon.
    return fileSystem instanceof LocalFileSystem local && file.name().contains(":")
        ? local.getRaw().open(path)
        : fileSystem.open(path);
  }
}
