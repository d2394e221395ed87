package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.documents;
import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.joined;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.warc;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.prep.input.SampleFiles.Sample;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarcRecordReaderTest {
  private static final String PAGE =
      "<html><head><title>Pears</title></head><body><nav><a href='/'>Home</a></nav>"
          + "<p>A pear from Комитет.</p></body></html>";

  @TempDir Path folder;

  @Test
  void aPageIsItsMainTextWithItsIdAndItsAddress() {
    byte[] page = PAGE.getBytes(Charset.forName("windows-1251"));
    List<ReadResult> results =
        archive(
            warc("warcinfo", sample(0), "application/warc-fields", utf8("software: x\r\n")),
            warc("request", sample(1), "application/http", utf8("GET / HTTP/1.1\r\n\r\n")),
            http(2, "200 OK", "Content-Type: text/html; charset=windows-1251", page));

    assertThat(documents(results))
        .containsExactly(
            new ReadDocument(3, "urn:uuid:2", "https://x.org/2", "A pear from Комитет.", ""));
    assertThat(failures(results)).isEmpty();
  }

  @Test
  void packedAndChunkedBodiesAreUnpacked() {
    byte[] packed = gzip(utf8(PAGE));
    byte[] chunked = joined(utf8("4\r\nTwo \r\n"), utf8("6\r\nchunks\r\n"), utf8("0\r\n\r\n"));
    assertThat(
            texts(
                archive(
                    http(1, "200 OK", "Content-Type: text/html\r\nContent-Encoding: gzip", packed),
                    http(
                        2,
                        "200 OK",
                        "Content-Type: text/plain\r\nTransfer-Encoding: chunked",
                        chunked))))
        .containsExactly("A pear from Комитет.", "Two chunks");
  }

  @Test
  void otherMediaAndErrorsOfServersAreNeitherDocumentsNorLosses() {
    assertThat(
            archive(
                http(1, "404 Not Found", "Content-Type: text/html", utf8(PAGE)),
                http(2, "200 OK", "Content-Type: image/png", new byte[] {1, 2, 3}),
                warc("response", sample(3), "text/dns", utf8("x.org. 300 IN A 1.2.3.4"))))
        .isEmpty();
  }

  @Test
  void aBrokenRecordCostsThatRecord() {
    byte[] text = utf8("text");
    byte[] noLength = utf8("WARC/1.0\r\nWARC-Type: conversion\r\n\r\nlost\r\n\r\n");
    byte[] noHeader = utf8("WARC/1.0\r\nnothing here\r\n\r\nlost\r\n\r\n");
    byte[] noHttp = warc("response", sample(5), "application/http", utf8("not HTTP at all"));
    List<ReadResult> results =
        archive(
            warc("conversion", sample(1), "text/plain", text),
            noLength,
            warc("conversion", sample(3), "text/plain", text),
            noHeader,
            noHttp,
            utf8("rubbish\r\nand more\r\n"),
            warc("conversion", sample(7), "text/plain", text));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly(
            "1 document",
            "2 broken_warc",
            "3 document",
            "4 broken_warc",
            "5 broken_http",
            "6 broken_warc",
            "7 document");
    assertThat(failures(results).get(3).detail())
        .isEqualTo("\"rubbish\" stands where a record should begin");
    assertThat(failures(results).get(2).raw()).isEqualTo(utf8("not HTTP at all"));
  }

  @Test
  void aPageThatIsTooLongIsGivenUp() {
    byte[] page = utf8("<p>" + "x".repeat(1 << 21) + "</p>");

    assertThat(archive(http(1, "200 OK", "Content-Type: text/html", page)))
        .extracting(SampleFiles::shortly)
        .containsExactly("1 oversize_document");
  }

  private List<ReadResult> archive(byte[]... records) {
    return read(write(folder.resolve("crawl.warc.gz"), gzip(records)));
  }

  private static byte[] http(int number, String status, String headers, byte[] body) {
    String head =
        "HTTP/1.1 %s\r\n%s\r\nX-Length: %d\r\n\r\n".formatted(status, headers, body.length);
    return warc("response", sample(number), "application/http", joined(utf8(head), body));
  }

  private static Sample sample(int number) {
    return new Sample("urn:uuid:" + number, "", "https://x.org/" + number);
  }
}
