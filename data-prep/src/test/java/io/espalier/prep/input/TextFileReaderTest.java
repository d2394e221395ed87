package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.OPTIONS;
import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.latin1;
import static io.espalier.prep.input.SampleFiles.read;
import static io.espalier.prep.input.SampleFiles.shortly;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileReaderTest {
  @TempDir Path folder;

  @Test
  void theByteOrderMarkIsNoPartOfTheText() {
    assertThat(texts(read(text(utf8("\uFEFFA story.\r\n"))))).containsExactly("A story.\r\n");
  }

  @Test
  void aTextOfExactlyTheLimitIsKeptWithAMarkOrWithoutOne() {
    String longest = "x".repeat(OPTIONS.maximumDocumentBytes());

    assertThat(texts(read(text(utf8(longest))))).containsExactly(longest);
    assertThat(texts(read(text(utf8("\uFEFF" + longest))))).containsExactly(longest);
    List<ReadResult> longer = read(text(utf8("\uFEFF" + longest + "y")));
    assertThat(shortly(longer.get(0))).isEqualTo("1 oversize_document");
    assertThat(failures(longer).get(0).detail())
        .isEqualTo("more than 65536 bytes, maximum_document_bytes is 65536");
  }

  @Test
  void otherEncodingsAreRefusedWithTheByte() {
    ReadFailure latin = failures(read(text(latin1("na\u00EFve")))).get(0);
    ReadFailure utf16 =
        failures(read(text("\uFEFFnaïve".getBytes(StandardCharsets.UTF_16LE)))).get(0);

    assertThat(shortly(latin)).isEqualTo("1 invalid_utf8");
    assertThat(latin.detail()).isEqualTo("byte 3 is 0xEF");
    assertThat(utf16.detail())
        .isEqualTo("byte 1 is 0xFF; it starts like UTF-16, which encoding: auto would read");
  }

  @Test
  void aReplacementCharacterInTheFileIsText() {
    assertThat(texts(read(text(utf8("lost: \uFFFD"))))).containsExactly("lost: \uFFFD");
  }

  @Test
  void aPartOfATextIsNoText() {
    byte[] packed = gzip(utf8("A story with an end."));
    InputFile cut = write(folder.resolve("story.txt.gz"), Arrays.copyOf(packed, packed.length - 5));

    List<ReadResult> results = read(cut);

    assertThat(results).extracting(SampleFiles::shortly).containsExactly("1 truncated_gzip");
    assertThat(failures(results).get(0).text()).isEqualTo("A story with an end.");
  }

  private InputFile text(byte[] bytes) {
    return write(folder.resolve("story.txt"), bytes);
  }
}
