package io.espalier.prep.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Real files of every format and compression, and what the readers make of them. */
public final class SampleFiles {
  static final RecordOptions OPTIONS =
      new RecordOptions(new FieldMapping("id", "text", "source"), "", 1 << 16);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A document as it goes into a file. */
  public record Sample(String id, String text, String source) {}

  private SampleFiles() {}

  public static byte[] jsonLines(List<Sample> samples) {
    return utf8(
        samples.stream()
            .map(s -> json(Map.of("id", s.id(), "text", s.text(), "source", s.source())) + "\n")
            .collect(Collectors.joining()));
  }

  public static byte[] csv(List<Sample> samples) {
    return utf8(
        "id,text,source\r\n"
            + samples.stream()
                .map(s -> "%s,%s,%s\r\n".formatted(s.id(), quoted(s.text()), quoted(s.source())))
                .collect(Collectors.joining()));
  }

  public static byte[] parquet(List<Sample> samples) {
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { optional binary id (STRING); optional binary text (STRING);"
                + " optional binary source (STRING); }");
    List<Group> rows = new ArrayList<>();
    for (Sample sample : samples) {
      rows.add(
          new SimpleGroupFactory(type)
              .newGroup()
              .append("id", sample.id())
              .append("text", sample.text())
              .append("source", sample.source()));
    }
    return parquet(type, rows, CompressionCodecName.SNAPPY, 1L << 20);
  }

  static byte[] parquet(
      MessageType type, List<Group> rows, CompressionCodecName codec, long rowGroupBytes) {
    try {
      Path file = Files.createTempDirectory("parquet").resolve("rows.parquet");
      var hadoopFile = new org.apache.hadoop.fs.Path(file.toString());
      try (ParquetWriter<Group> writer =
          ExampleParquetWriter.builder(hadoopFile)
              .withType(type)
              .withCompressionCodec(codec)
              .withRowGroupSize(rowGroupBytes)
              .withMinRowCountForPageSizeCheck(1)
              .build()) {
        for (Group row : rows) {
          writer.write(row);
        }
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file.resolveSibling(".rows.parquet.crc"));
      Files.delete(file);
      Files.delete(file.getParent());
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One member of gzip for each part. */
  public static byte[] gzip(byte[]... members) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] member : members) {
      try (GZIPOutputStream out = new GZIPOutputStream(file)) {
        out.write(member);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file.toByteArray();
  }

  /** One frame of Zstandard for each part. */
  public static byte[] zstandard(byte[]... frames) {
    byte[][] packed = new byte[frames.length][];
    for (int i = 0; i < frames.length; i++) {
      packed[i] = Zstd.compress(frames[i]);
    }
    return joined(packed);
  }

  /** One stream of bzip2 for each part. */
  static byte[] bzip2(byte[]... streams) {
    return packed(BZip2CompressorOutputStream::new, streams);
  }

  /** One stream of xz for each part. */
  static byte[] xz(byte[]... streams) {
    return packed(out -> new XZOutputStream(out, new LZMA2Options(1)), streams);
  }

  /** A page with the sample's text; white space as it is. */
  static byte[] html(Sample sample) {
    String text = sample.text().replace("&", "&amp;").replace("<", "&lt;");
    return utf8("<html><body><nav>Home</nav><pre>" + text + "</pre></body></html>");
  }

  /** A record of a web archive for each sample, in turn an HTTP response and a conversion. */
  static byte[][] warcRecords(List<Sample> samples) {
    byte[][] records = new byte[samples.size()][];
    for (int i = 0; i < records.length; i++) {
      Sample sample = samples.get(i);
      byte[] text = utf8(sample.text());
      records[i] =
          i % 2 == 0
              ? warc("response", sample, "application/http; msgtype=response", http(text))
              : warc("conversion", sample, "text/plain", text);
    }
    return records;
  }

  static byte[] warc(String type, Sample sample, String contentType, byte[] block) {
    String header =
        "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: <%s>\r\nWARC-Target-URI: %s\r\n"
                .formatted(type, sample.id(), sample.source())
            + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(contentType, block.length);
    return joined(utf8(header), block, utf8("\r\n\r\n"));
  }

  private static byte[] http(byte[] text) {
    String header =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n";
    return joined(utf8(header.formatted(text.length)), text);
  }

  /** An Arrow file of two batches. */
  static byte[] arrowFile(List<Sample> samples) {
    return arrow(samples, (root, out) -> new ArrowFileWriter(root, null, Channels.newChannel(out)));
  }

  /** An Arrow stream of two batches. */
  static byte[] arrowStream(List<Sample> samples) {
    return arrow(samples, (root, out) -> new ArrowStreamWriter(root, null, out));
  }

  private static byte[] arrow(
      List<Sample> samples, BiFunction<VectorSchemaRoot, OutputStream, ArrowWriter> writing) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (RootAllocator allocator = new RootAllocator();
        VarCharVector id = new VarCharVector("id", allocator);
        VarCharVector text = new VarCharVector("text", allocator);
        VarCharVector source = new VarCharVector("source", allocator);
        VectorSchemaRoot root = VectorSchemaRoot.of(id, text, source);
        ArrowWriter writer = writing.apply(root, file)) {
      int half = samples.size() / 2;
      for (List<Sample> batch :
          List.of(samples.subList(0, half), samples.subList(half, samples.size()))) {
        root.allocateNew();
        for (int i = 0; i < batch.size(); i++) {
          id.setSafe(i, utf8(batch.get(i).id()));
          text.setSafe(i, utf8(batch.get(i).text()));
          source.setSafe(i, utf8(batch.get(i).source()));
        }
        root.setRowCount(batch.size());
        writer.writeBatch();
      }
      writer.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private interface Packing {
    OutputStream open(OutputStream out) throws IOException;
  }

  private static byte[] packed(Packing packing, byte[]... streams) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] stream : streams) {
      try (OutputStream out = packing.open(file)) {
        out.write(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return file.toByteArray();
  }

  public static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  static InputFile write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new InputFile("file:" + file, file.getFileName().toString(), bytes.length, 0);
  }

  /** Everything that the reader of the file's format gives. */
  static List<ReadResult> read(InputFile file) {
    return read(file, OPTIONS);
  }

  static List<ReadResult> read(InputFile file, RecordOptions options) {
    return read(InputSlice.whole(file, RecordFormat.AUTO), options);
  }

  static List<ReadResult> read(InputSlice slice, RecordOptions options) {
    try (RecordReader reader = RecordReaders.open(new Configuration(false), slice, options)) {
      List<ReadResult> results = new ArrayList<>();
      Optional<ReadResult> result = reader.next();
      while (result.isPresent()) {
        results.add(result.get());
        result = reader.next();
      }
      if (reader.next().isPresent()) {
        throw new AssertionError("There was more after the end");
      }
      return results;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> texts(List<ReadResult> results) {
    return documents(results).stream().map(ReadDocument::text).toList();
  }

  static List<ReadDocument> documents(List<ReadResult> results) {
    return results.stream()
        .filter(ReadDocument.class::isInstance)
        .map(ReadDocument.class::cast)
        .toList();
  }

  static List<ReadFailure> failures(List<ReadResult> results) {
    return results.stream()
        .filter(ReadFailure.class::isInstance)
        .map(ReadFailure.class::cast)
        .toList();
  }

  /** What a record came to, in short: {@code 3 document} or {@code 4 broken_json}. */
  static String shortly(ReadResult result) {
    return result instanceof ReadFailure failure
        ? failure.record() + " " + failure.reason()
        : result.record() + " document";
  }

  private static String quoted(String value) {
    return '"' + value.replace("\"", "\"\"") + '"';
  }
}
