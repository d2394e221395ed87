package io.espalier.prep.input;

import io.espalier.text.FrontMatter;
import io.espalier.text.HtmlText;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
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
    return open(configuration, slice, options, Optional.empty());
  }

  /**
   * As above.
   *
   * @param digest of the slice's file, which is finished by the caller after the reader is closed;
   *     nothing where none is asked for
   */
  public static RecordReader open(
      Configuration configuration,
      InputSlice slice,
      RecordOptions options,
      Optional<FileDigest> digest)
      throws IOException {
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
      case ARROW -> new ArrowRecordReader(unpacked(configuration, slice, digest), options);
      case WARC -> new WarcRecordReader(unpacked(configuration, slice, digest), options);
      case JSON_LINES, CSV, TEXT, MARKDOWN, HTML ->
          ofText(unpacked(configuration, slice, digest), slice, options);
    };
  }

  private static RecordReader ofText(InputStream file, InputSlice slice, RecordOptions options)
      throws IOException {
    TextStream stream = TextStream.of(file, slice.format(), options.encoding());
    if (stream.utf8().isEmpty()) {
      file.close();
      ReadFailure failure =
          new ReadFailure(0, "not_text", "the file is no text in any encoding", "");
      return new FailedFileReader(failure.withRaw(stream.beginning(), stream.beginning().length));
    }
    InputStream in = stream.utf8().get();
    return switch (slice.format()) {
      case JSON_LINES -> new JsonLinesReader(in, slice, options);
      case CSV -> new CsvReader(in, slice.file().name(), options);
      case MARKDOWN ->
          new TextFileReader(in, options, options.maximumDocumentBytes(), FrontMatter::without);
      case HTML ->
          new TextFileReader(
              in,
              options,
              options.maximumRecordBytes(),
              options.title() ? HtmlText::withTitle : HtmlText::of);
      default ->
          options.separator().isEmpty()
              ? new TextFileReader(in, options)
              : new SeparatedTextReader(in, options);
    };
  }

  /** Whether a file's records can be found from the middle: no, if it is packed as a whole. */
  public static boolean isCompressed(Configuration configuration, InputFile file)
      throws IOException {
    try (InputStream in = stream(configuration, file)) {
      return Decompression.isCompressed(in);
    }
  }

  private static InputStream unpacked(
      Configuration configuration, InputSlice slice, Optional<FileDigest> digest)
      throws IOException {
    FSDataInputStream in = stream(configuration, slice.file());
    if (slice.start() > 0) {
      in.seek(slice.start() - 1);
      return in; // Only files that aren't packed are cut, and their middle may look like anything.
    }
    return Decompression.open(
        digest.<InputStream>map(each -> each.of(in)).orElse(in),
        Decompression.mostBytes(slice.file().bytes()));
  }

  static FSDataInputStream stream(Configuration configuration, InputFile file) throws IOException {
    Path path = new Path(file.uri());
    FileSystem fileSystem = path.getFileSystem(configuration);
    // Hadoop looks for a local file's checksum first, and can't name it where there is a colon.
    return fileSystem instanceof LocalFileSystem local && file.name().contains(":")
        ? local.getRaw().open(path)
        : fileSystem.open(path);
  }
}
