package io.espalier.prep.input;

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

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
  @TempDir Path folder;

  @Test
  void quotedFieldsHoldLineEndsSeparatorsAndQuotes() {
    List<ReadResult> results =
        read(
            csv(
                "id,text\n",
                "1,\"two\nlines, and a \"\"quote\"\"\"\r\n",
                "\r\n",
                "2,un\"quoted \r\n",
                "3,\"\"\n",
                "4,last"));

    assertThat(texts(results))
        .containsExactly("two\nlines, and a \"quote\"", "un\"quoted ", "", "last");
    assertThat(documents(results).stream().map(ReadDocument::id))
        .containsExactly("1", "2", "3", "4");
    assertThat(results.stream().map(ReadResult::record)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void everyDamagedRecordIsOneFailureWithItsPlaceAndReason() {
    byte[] bytes =
        joined(
            utf8("id,text,source\n1,\"a\nb\",s\n2,short\n"),
            latin1("3,caf\u00E9,s\n"),
            utf8("4," + "y".repeat(70_000) + ",s\n"),
            utf8("5," + "z".repeat(2_000_000) + ",s\n"),
            utf8("6,good,s\n7,\"never closed,s\n8,swallowed,s\n"));

    List<ReadResult> results = read(write(folder.resolve("rows.csv"), bytes));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly(
            "1 document",
            "2 ragged_record",
            "3 invalid_utf8",
            "4 oversize_document",
            "5 oversize_document",
            "6 document",
            "7 unclosed_quote");
    assertThat(failures(results).stream().map(ReadFailure::detail))
        .containsExactly(
            "line 4 has 2 fields, the header 3",
            "line 5, field text: byte 4 is 0xE9",
            "70000 bytes of text, maximum_document_bytes is 65536",
            "line 7 starts a record of 2000002 bytes, maximum_document_bytes is 65536",
            "line 9 opens a quote that is never closed");
    assertThat(failures(results).get(4).text()).contains("8,swallowed");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void theSeparatorIsTheOneThatTheHeaderHasMostOf(String separator) {
    InputFile file = csv("id,text,source\n1,words,s\n".replace(",", separator));

    assertThat(texts(read(file))).containsExactly("words");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        // What COPY and mysql --batch write, and what was meant.
        "two\\nlines | two~lines",
        "a\\\\nb \\\\ | a\\nb \\",
        "C:\\dir and \\d+ at the end \\ | C:\\dir and \\d+ at the end \\",
        "\\n | ~",
        "none | none"
      },
      delimiter = '|')
  void backslashesAreDecodedWhereTheSourceSaysSo(String written, String meant) {
    InputFile file = write(folder.resolve("rows.tsv"), utf8("id\ttext\n1\t" + written + "\n"));
    RecordOptions options = SampleFiles.OPTIONS;
    RecordOptions escaped =
        new RecordOptions(options.fields(), "", 1 << 16, "utf-8", "", false, true);

    assertThat(texts(read(file, options))).containsExactly(written);
    assertThat(texts(read(file, escaped))).containsExactly(meant.replace('~', '\n'));
  }

  @Test
  void theNullOfADatabaseIsAnEmptyField() {
    assertThat(BackslashEscapes.decode("\\N")).isEmpty();
    assertThat(BackslashEscapes.decode("\\N is null")).isEqualTo("\\N is null");
    assertThat(BackslashEscapes.decode("\\t\\r\\b\\f\\v\\0\\")).isEqualTo("\t\r\b\f\u000B\0\\");
  }

  @Test
  void tabSeparatedValuesHaveNoQuotes() {
    byte[] bytes = utf8("id\ttext\n1\t\"Great,\" she said\n2\t\"and left\n");

    assertThat(texts(read(write(folder.resolve("rows.tsv"), bytes))))
        .containsExactly("\"Great,\" she said", "\"and left");
  }

  @Test
  void aQuotedHeaderBehindAByteOrderMarkIsAHeader() {
    List<ReadResult> results = read(csv("\uFEFF\"text\",\"id\"\r\n\"one\",\"1\"\r\n"));

    assertThat(documents(results)).containsExactly(new ReadDocument(1, "1", "", "one", ""));
  }

  @Test
  void withoutTheTextsColumnEveryRecordSaysWhatTheHeaderHas() {
    List<ReadResult> results = read(csv("id,body\n1,a\n2,b\n"));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly("1 missing_field", "2 missing_field");
    assertThat(failures(results).get(0).detail())
        .isEqualTo("text is not there; the header has: id, body");
  }

  @Test
  void aFileThatIsDamagedFromItsFirstBlockIsNotSilentlyEmpty() {
    byte[] packed = gzip(utf8("id,text\n1,one\n"));
    packed[2] = 7;

    List<ReadResult> results = read(write(folder.resolve("rows.csv.gz"), packed));

    assertThat(results).extracting(SampleFiles::shortly).containsExactly("1 damaged_gzip");
  }

  @Test
  void aHeaderAloneHasNoRecords() {
    assertThat(read(csv("id,text\n"))).isEmpty();
    assertThat(read(csv("\n\n"))).isEmpty();
  }

  @Test
  void aTruncatedFileKeepsWhatWasReadable() {
    StringBuilder rows = new StringBuilder("id,text\n");
    for (int i = 1; i <= 5000; i++) {
      rows.append("%d,%x\n".formatted(i, i * 0x9E3779B97F4A7C15L));
    }
    byte[] packed = gzip(utf8(rows.toString()));
    byte[] cut = Arrays.copyOf(packed, packed.length / 2);

    List<ReadResult> results = read(write(folder.resolve("rows.csv.gz"), cut));

    assertThat(documents(results)).hasSizeBetween(2000, 3000);
    ReadResult last = results.get(results.size() - 1);
    assertThat(SampleFiles.shortly(last)).isEqualTo(results.size() + " truncated_gzip");
  }

  private InputFile csv(String... lines) {
    return write(folder.resolve("rows.csv"), utf8(String.join("", lines)));
  }
}
