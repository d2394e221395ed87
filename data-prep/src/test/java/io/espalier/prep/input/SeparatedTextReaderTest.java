package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeparatedTextReaderTest {
  @TempDir Path folder;

  @Test
  void textsBetweenSeparatorsAreNumberedAndWhiteSpaceIsNone() {
    List<ReadResult> results =
        read("\uFEFFOne.<|end|>Two, ü.<|end|>\n <|end|><|<|end|>four", "<|end|>");

    assertThat(texts(results)).containsExactly("One.", "Two, ü.", "<|", "four");
    assertThat(results.stream().map(ReadResult::record)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void aSeparatorOfLinesIsFoundWhateverTheLineEnds() {
    assertThat(texts(read("One\r\nline.\r\n\r\n\r\nTwo\n\n\nThree\rstill", "\n\n\n")))
        .containsExactly("One\nline.", "Two", "Three\rstill");
    assertThat(texts(read("a\r\n--\r\nb", "\r\n--\r\n"))).containsExactly("a", "b");
  }

  @Test
  void aSeparatorThatBeginsTwiceIsFound() {
    assertThat(texts(read("xaab-aabaab!y-aab", "aabaab!"))).containsExactly("xaab-", "y-aab");
    assertThat(texts(read("a----b---c", "---"))).containsExactly("a", "-b", "c");
  }

  @Test
  void textsThatAreTooLongOrDamagedCostOnlyThemselves() {
    String long1 = "x".repeat(SampleFiles.OPTIONS.maximumDocumentBytes());
    byte[] bytes =
        SampleFiles.joined(
            utf8(long1 + "#" + long1 + "y#"), SampleFiles.latin1("na\u00EFve#"), utf8("end"));

    List<ReadResult> results = SampleFiles.read(file(bytes), options("#"));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly("1 document", "2 oversize_document", "3 invalid_utf8", "4 document");
    ReadFailure damaged = SampleFiles.failures(results).get(1);
    assertThat(damaged.raw()).isEqualTo(SampleFiles.latin1("na\u00EFve"));
  }

  @Test
  void ofATruncatedFileTheLastTextIsNoDocument() {
    byte[] packed = gzip(utf8("One.#Two.#Thr"));
    InputFile cut = write(folder.resolve("texts.txt.gz"), Arrays.copyOf(packed, packed.length - 3));

    List<ReadResult> results = SampleFiles.read(cut, options("#"));

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly("1 document", "2 document", "3 truncated_gzip");
  }

  private List<ReadResult> read(String contents, String separator) {
    return SampleFiles.read(file(utf8(contents)), options(separator));
  }

  private InputFile file(byte[] bytes) {
    return write(folder.resolve("texts.txt"), bytes);
  }

  private static RecordOptions options(String separator) {
    return new RecordOptions(
        SampleFiles.OPTIONS.fields(), "", 1 << 16, "utf-8", separator, false, false);
  }
}
