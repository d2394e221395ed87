package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.OPTIONS;
import static io.espalier.prep.input.SampleFiles.documents;
import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.joined;
import static io.espalier.prep.input.SampleFiles.latin1;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesReaderTest {
  @TempDir Path folder;

  @Test
  void everyDamagedLineIsOneFailureWithItsLineAndReason() {
    List<ReadResult> results =
        read(
            lines(
                utf8("{\"text\": \"one\"}\n"),
                latin1("{\"text\": \"caf\u00E9\"}\n"),
                utf8("{\"text\": \"cut he\n"),
                utf8("{\"body\": \"four\", \"id\": 7}\n"),
                utf8("{\"text\": null}\n"),
                utf8("{\"text\": 6}\n"),
                utf8("[\"seven\"]\n"),
                utf8("\n"),
                utf8("{\"text\": \"nine\", \"text\": \"again\"}\n"),
                utf8("{\"text\": \"ten\"} {\"text\": \"eleven\"}\n"),
                utf8("{\"text\": \"" + "y".repeat(70_000) + "\"}\n"),
                utf8("{\"text\": \"\"}\n"),
                utf8("{\"text\": \"" + "z".repeat(2_000_000) + "\"}\n"),
                utf8("{\"text\": \"last, without an end\"}")));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly(
            "1 document",
            "2 invalid_utf8",
            "3 broken_json",
            "4 missing_field",
            "5 missing_field",
            "6 text_not_string",
            "7 not_an_object",
            "9 broken_json",
            "10 broken_json",
            "11 oversize_document",
            "12 document",
            "13 oversize_document",
            "14 document");
    assertThat(failures(results).stream().map(ReadFailure::detail))
        .satisfiesExactly(
            d -> assertThat(d).isEqualTo("byte 14 is 0xE9"),
            d -> assertThat(d).startsWith("column 17: Unexpected end-of-input"),
            d -> assertThat(d).isEqualTo("text is not there; the record has: body, id"),
            d -> assertThat(d).isEqualTo("text is null; the record has: text"),
            d -> assertThat(d).isEqualTo("text is a JSON number, not a string"),
            d -> assertThat(d).isEqualTo("the line is a JSON array, not an object"),
            d -> assertThat(d).contains("Duplicate"),
            d -> assertThat(d).contains("Trailing token"),
            d -> assertThat(d).isEqualTo("70000 bytes of text, maximum_document_bytes is 65536"),
            d ->
                assertThat(d)
                    .isEqualTo("a line of 2000012 bytes, maximum_document_bytes is 65536"));
    assertThat(failures(results))
        .allSatisfy(f -> assertThat(f.text()).isNotEmpty().hasSizeLessThanOrEqualTo(1 << 16));
  }

  @Test
  void aTruncatedFileKeepsWhatWasReadable() {
    StringBuilder lines = new StringBuilder();
    Random random = new Random(3);
    for (int i = 1; i <= 2000; i++) {
      lines.append("{\"text\": \"line %d %x\"}\n".formatted(i, random.nextLong()));
    }
    byte[] packed = gzip(utf8(lines.toString()));

    List<ReadResult> results =
        read(write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(packed, packed.length * 3 / 5)));

    List<String> texts = texts(results);
    assertThat(texts).hasSizeBetween(1000, 1400);
    assertThat(texts.get(texts.size() - 1)).startsWith("line " + texts.size() + " ");
    ReadFailure failure = failures(results).get(0);
    assertThat(failure.record()).isEqualTo(texts.size() + 1);
    assertThat(failure.reason()).isEqualTo("truncated_gzip");
    assertThat(failure.detail()).contains("damaged in line " + failure.record());
    assertThat("{\"text\": \"line %d ".formatted(failure.record()))
        .startsWith(failure.text().substring(0, Math.min(10, failure.text().length())));
  }

  @Test
  void byteOrderMarksCarriageReturnsAndBlankLinesAreNoPartOfRecords() {
    List<ReadResult> results =
        read(
            lines(
                utf8("\uFEFF{\"text\": \"one\"}\r\n\r\n"),
                utf8("  \t\r\n{\"text\": \"four\\r\\n\"}\r\n")));

    assertThat(texts(results)).containsExactly("one", "four\r\n");
    assertThat(results.stream().map(ReadResult::record)).containsExactly(1L, 4L);
  }

  @Test
  void dotsReachIntoObjectsUnlessAFieldIsCalledSo() {
    var fields = new FieldMapping("meta.id", "body.text", "meta.from.url");
    RecordOptions options = new RecordOptions(fields, "meta.subset", 1 << 16);
    InputFile file =
        lines(
            utf8(
                """
                {"body": {"text": "one"}, "meta": {"id": 17, "subset": "law", "from": {"url": "u"}}}
                {"body.text": "two", "body": {"text": "other"}, "meta": {"from": null}}
                {"body": "three"}
                """));

    List<ReadResult> results = read(file, options);

    assertThat(documents(results))
        .containsExactly(
            new ReadDocument(1, "17", "u", "one", "law"), new ReadDocument(2, "", "", "two", ""));
    assertThat(SampleFiles.shortly(results.get(2))).isEqualTo("3 missing_field");
  }

  @Test
  void aFileCutIntoSlicesGivesTheSameRecordsOnTheSameLines() throws IOException {
    Random random = new Random(29);
    for (int round = 0; round < 25; round++) {
      InputFile file = lines(utf8(randomLines(random)));
      List<ReadResult> whole = read(file);
      for (long target = 1; target < file.bytes(); target += 1 + random.nextInt(60)) {
        assertThat(readInSlices(file, target)).as("slices of %d bytes", target).isEqualTo(whole);
      }
    }
  }

  private static List<ReadResult> readInSlices(InputFile file, long targetBytes)
      throws IOException {
    List<InputSlice> slices = InputTasks.slices(file, RecordFormat.JSON_LINES, false, targetBytes);
    List<Long> lineEnds = new ArrayList<>();
    for (FileParts.Part part : FileParts.of(slices)) {
      lineEnds.addAll(FileParts.read(new Configuration(false), part).lineEnds());
    }
    List<ReadResult> results = new ArrayList<>();
    long before = 0;
    for (int i = 0; i < slices.size(); i++) {
      results.addAll(read(slices.get(i).after(before), OPTIONS));
      before += slices.size() == 1 ? 0 : lineEnds.get(i);
    }
    return results;
  }

  private static String randomLines(Random random) {
    StringBuilder lines = new StringBuilder(random.nextBoolean() ? "\uFEFF" : "");
    for (int i = random.nextInt(12); i >= 0; i--) {
      String end = random.nextBoolean() ? "\n" : "\r\n";
      switch (random.nextInt(4)) {
        case 0 -> lines.append(end);
        case 1 -> lines.append("{broken").append(end);
        default ->
            lines
                .append("{\"text\": \"%s\"}".formatted("é".repeat(random.nextInt(30))))
                .append(end);
      }
    }
    return random.nextBoolean() ? lines.toString() : lines.toString().stripTrailing();
  }

  private InputFile lines(byte[]... lines) {
    return write(folder.resolve("lines.jsonl"), joined(lines));
  }
}
