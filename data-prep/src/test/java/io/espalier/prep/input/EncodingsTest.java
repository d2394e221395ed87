package io.espalier.prep.input;

import static io.espalier.prep.input.SampleFiles.failures;
import static io.espalier.prep.input.SampleFiles.shortly;
import static io.espalier.prep.input.SampleFiles.texts;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingsTest {
  private static final String ENGLISH =
      "The clerk\u2019s caf\u00E9 \u2014 \u201Cna\u00EFve\u201D, they said \u2014 was closed. ";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "windows-1252 | Der Ausschuß hört übermorgen die Bürger an; für Käufer gilt das gleiche. ",
        "windows-1251 | Комитет заслушает граждан послезавтра, и для покупателей действует то же. ",
        "koi8-r       | Комитет заслушает граждан послезавтра, и для покупателей действует то же. ",
        "shift_jis    | 委員会は明後日に市民の意見を聞く。これは買い手にも同じように適用される。",
        "gb18030      | 委员会后天听取市民的意见，对买方也同样适用。这是一个简单的例子，没有别的意思。",
        "utf-16le     | Plain words in two bytes each. ",
        "utf-16be     | Plain words in two bytes each. ",
        "utf-16       | With a mark: Bürger, граждан, 市民. ",
        "utf-8        | Bürger, граждан, 市民. ",
      })
  void anEncodingIsToldFromTheBytes(String encoding, String sentence) {
    String text = sentence.strip().repeat(5);

    List<ReadResult> results =
        read("story.txt", text.getBytes(Charset.forName(encoding)), Encodings.AUTO);

    assertThat(texts(results)).containsExactly(text);
  }

  @Test
  void aLateAccentIsFoundAndFewOfThemAreWindows1252() {
    String text = "Plain words only. ".repeat(2000) + ENGLISH;

    assertThat(texts(read("story.txt", text.getBytes(Charset.forName("windows-1252")), "auto")))
        .containsExactly(text);
  }

  @Test
  void utf8WithADamagedByteIsNoOtherEncodingAndIsRefused() {
    byte[] bytes = utf8(ENGLISH);
    bytes[0] = (byte) 0x92;

    assertThat(read("story.txt", bytes, Encodings.AUTO))
        .extracting(SampleFiles::shortly)
        .containsExactly("1 invalid_utf8");
  }

  @Test
  void aFileThatIsNoTextIsOneFailureWithItsFirstBytes() {
    byte[] picture = new byte[100_000];
    new Random(3).nextBytes(picture);

    ReadFailure failure = failures(read("picture.txt", picture, Encodings.AUTO)).get(0);

    assertThat(shortly(failure)).isEqualTo("0 not_text");
    assertThat(failure.raw()).isEqualTo(java.util.Arrays.copyOf(picture, 4096));
  }

  @Test
  void linesOfADeclaredEncodingKeepTheirNumbersAndWhatIsNoneOfItIsRefused() {
    byte[] lines =
        SampleFiles.joined(
            "{\"text\": \"委員会\"}\n".getBytes(Charset.forName("shift_jis")),
            SampleFiles.latin1("{\"text\": \"\u00FD\u00FD\"}\n"),
            utf8("{\"text\": \"plain\"}\n"));

    List<ReadResult> results = read("lines.jsonl", lines, "shift_jis");

    assertThat(results)
        .extracting(SampleFiles::shortly)
        .containsExactly("1 document", "2 invalid_utf8", "3 document");
    assertThat(texts(results)).containsExactly("委員会", "plain");
  }

  @Test
  void linesAndRowsInUtf16AreRead() {
    byte[] lines =
        "\uFEFF{\"text\": \"Bürger\"}\r\n{\"text\": \"two\"}".getBytes(StandardCharsets.UTF_16LE);
    byte[] rows = "\uFEFFid,text\n1,\"Bürger,\nzwei\"\n".getBytes(StandardCharsets.UTF_16BE);

    assertThat(texts(read("lines.jsonl", lines, Encodings.AUTO))).containsExactly("Bürger", "two");
    assertThat(texts(read("rows.csv", rows, Encodings.AUTO))).containsExactly("Bürger,\nzwei");
  }

  @Test
  void aPageSaysItsEncodingItself() {
    String page = "<html><head><meta charset=\"windows-1251\"></head><p>Комитет</p></html>";

    assertThat(texts(read("page.html", page.getBytes(Charset.forName("windows-1251")), "utf-8")))
        .containsExactly("Комитет");
    assertThat(texts(read("page.html", utf8(page), "utf-8"))).containsExactly("Комитет");
  }

  @Test
  void anUnknownNameIsRefusedWithWhatWouldWork() {
    assertThatThrownBy(() -> Encodings.check("encoding", "windows1252x"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "encoding is windows1252x but must be auto or a character set such as utf-8, utf-16,"
                + " windows-1252 or shift_jis");
    assertThatThrownBy(() -> Encodings.check("encoding", "no name"))
        .isInstanceOf(ConfigException.class);
    assertThatCode(() -> Encodings.check("encoding", "Latin1")).doesNotThrowAnyException();
  }

  private List<ReadResult> read(String name, byte[] bytes, String encoding) {
    RecordOptions options =
        new RecordOptions(SampleFiles.OPTIONS.fields(), "", 1 << 20, encoding, "", false, false);
    return SampleFiles.read(write(folder.resolve(name), bytes), options);
  }
}
