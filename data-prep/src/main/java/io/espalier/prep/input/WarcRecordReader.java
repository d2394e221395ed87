package io.espalier.prep.input;

import io.espalier.text.HtmlText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.netpreserve.jwarc.HttpResponse;
import org.netpreserve.jwarc.WarcReader;
import org.netpreserve.jwarc.WarcResponse;

/**
 * The pages and plain texts of a web archive: successful HTTP responses, resources, and
 * conversions, which is what Common Crawl's WET files have. The record's id is the document's id,
 * its target the source. Records of other kinds and media are no documents and no losses.
 */
final class WarcRecordReader implements RecordReader {
  private final WarcRecords records;
  private final RecordOptions options;
  private boolean ended;

  /**
   * @param in unpacked; closed by the reader
   */
  WarcRecordReader(InputStream in, RecordOptions options) {
    this.records = new WarcRecords(in, options.maximumRecordBytes());
    this.options = options;
  }

  @Override
  public Optional<ReadResult> next() throws IOException {
    try {
      while (!ended) {
        Optional<WarcRecord> record = records.next();
        ended = record.isEmpty();
        Optional<ReadResult> result = record.flatMap(this::result);
        if (result.isPresent()) {
          return result;
        }
      }
      return Optional.empty();
    } catch (DamagedFileException e) {
      ended = true;
      String detail =
          "the file is damaged in or behind record %d, the rest is lost: %s"
              .formatted(records.number(), e.getMessage());
      return Optional.of(new ReadFailure(records.number() + 1, e.reason(), detail, ""));
    }
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private Optional<ReadResult> result(WarcRecord record) {
    if (!record.problem().isEmpty()) {
      return Optional.of(failure(record, "broken_warc", record.problem()));
    }
    return switch (record.header("WARC-Type").toLowerCase(Locale.ROOT)) {
      case "response" -> response(record);
      case "conversion", "resource" ->
          document(record, record.header("Content-Type"), record.block(), record.blockBytes());
      default -> Optional.empty();
    };
  }

  private Optional<ReadResult> response(WarcRecord record) {
    if (!record.header("Content-Type").toLowerCase(Locale.ROOT).startsWith("application/http")) {
      return Optional.empty(); // An answer of DNS or FTP.
    }
    try (WarcReader reader = new WarcReader(alone(record.block()))) {
      HttpResponse http = http(reader);
      String type = http.headers().first("Content-Type").orElse("");
      if (http.status() / 100 != 2 || medium(type).isEmpty()) {
        return Optional.empty();
      }
      byte[] body = http.bodyDecoded().stream().readNBytes(options.maximumRecordBytes() + 1);
      return document(record, type, body, Math.max(body.length, record.blockBytes()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(failure(record, "broken_http", "no HTTP response: " + e.getMessage()));
    }
  }

  /** The library's reader knows where a body ends that doesn't say its length: with its record. */
  private static HttpResponse http(WarcReader reader) throws IOException {
    if (reader.next().orElse(null) instanceof WarcResponse response) {
      return response.http();
    }
    throw new IOException("nothing is in it");
  }

  /** A response as the only record of an archive. */
  private static InputStream alone(byte[] block) {
    String header =
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:x>\r\n"
            + "WARC-Date: 2000-01-01T00:00:00Z\r\nContent-Type: application/http;msgtype=response\r\n"
            + "Content-Length: %d\r\n\r\n".formatted(block.length);
    return new SequenceInputStream(
        new ByteArrayInputStream(header.getBytes(StandardCharsets.US_ASCII)),
        new ByteArrayInputStream(block));
  }

  private Optional<ReadResult> document(
      WarcRecord record, String type, byte[] body, long blockBytes) {
    Optional<Boolean> page = medium(type);
    if (page.isEmpty()) {
      return Optional.empty();
    }
    String uri = record.header("WARC-Target-URI").replaceAll("^<|>$", "");
    if (blockBytes > options.maximumRecordBytes()) {
      String size = "%s has %d bytes".formatted(uri, blockBytes);
      return Optional.of(Sized.tooLong(record.number(), size, options, ""));
    }
    Optional<Charset> charset = charset(body, type);
    if (charset.isEmpty()) {
      return Optional.of(failure(record, "not_text", uri + " is no text in any encoding"));
    }
    String text = new String(body, charset.get()).replaceFirst("^\uFEFF", "");
    String id = record.header("WARC-Record-ID").replaceAll("^<|>$", "");
    return Optional.of(
        Sized.result(
            new ReadDocument(
                record.number(),
                id,
                uri,
                page.get() ? main(text) : text,
                "",
                record.header(options.fields().split())),
            options));
  }

  private String main(String page) {
    return options.title() ? HtmlText.withTitle(page) : HtmlText.of(page);
  }

  private Optional<Charset> charset(byte[] body, String type) {
    boolean told =
        options.encoding().equals(Encodings.AUTO)
            || options.encoding().equalsIgnoreCase(Encodings.UTF_8);
    if (!told) {
      return Encodings.named(options.encoding());
    }
    byte[] header = type.getBytes(StandardCharsets.ISO_8859_1);
    String sent = TextStream.declared(header, header.length);
    String declared = sent.isEmpty() ? TextStream.declared(body, body.length) : sent;
    return Encodings.detect(body, body.length, declared);
  }

  /** Whether it is a page; nothing if it is neither that nor text. */
  private static Optional<Boolean> medium(String type) {
    return switch (type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT)) {
      case "text/html", "application/xhtml+xml" -> Optional.of(true);
      case "text/plain", "text/markdown" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static ReadFailure failure(WarcRecord record, String reason, String detail) {
    int most = Math.min(record.block().length, 1 << 10);
    String beginning = new String(record.block(), 0, most, StandardCharsets.ISO_8859_1);
    return new ReadFailure(record.number(), reason, detail, beginning)
        .withRaw(record.block(), record.block().length);
  }
}
