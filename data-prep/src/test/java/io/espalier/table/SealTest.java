package io.espalier.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
  private static final Seal SEAL =
      new Seal(
          "version 3 of the table scores",
          new TreeMap<>(
              Map.of(
                  "_delta_log/00000000000000000003.json", Seal.sha256(new byte[] {1}),
                  "domain=a b/part 1.parquet", Seal.sha256(new byte[] {2}))));

  @TempDir private java.nio.file.Path folder;
  private final Configuration configuration = new Configuration();

  @Test
  void whatIsWrittenIsRead() {
    assertThat(Seal.parse("x", SEAL.subject(), SEAL.text())).isEqualTo(SEAL);
  }

  @Test
  void everyFlippedBitIsFound() {
    byte[] bytes = SEAL.text().getBytes(StandardCharsets.UTF_8);
    for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
      String text = new String(damaged, StandardCharsets.UTF_8);
      assertThatThrownBy(() -> Seal.parse("x", SEAL.subject(), text))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void everyMissingEndIsFound() {
    String text = SEAL.text();
    for (int length = 0; length < text.length(); length++) {
      String cut = text.substring(0, length);
      assertThatThrownBy(() -> Seal.parse("x", SEAL.subject(), cut))
          .isInstanceOf(FormatException.class);
    }
  }

  @Test
  void aSealInThePlaceOfAnotherIsFound() {
    assertThatThrownBy(() -> Seal.parse("x", "version 4 of the table scores", SEAL.text()))
        .isInstanceOf(FormatException.class)
        .hasMessage("x isn't of version 4 of the table scores: it was moved or copied there");
  }

  @Test
  void aTextThatWasChangedIsNotRead() throws IOException {
    Path file = new Path(folder.resolve("a.json").toUri());
    TextFile.write(configuration, file, "{\"a\": 1}");
    assertThat(TextFile.read(configuration, file)).contains("{\"a\": 1}");
    TextFile.write(configuration, file, "{\"a\": 2}");
    assertThat(TextFile.read(configuration, file)).contains("{\"a\": 2}");
    Files.delete(folder.resolve(".a.json.crc")); // Hadoop's own would find it first.
    Files.writeString(folder.resolve("a.json"), "{\"a\": 3}");
    assertThatThrownBy(() -> TextFile.read(configuration, file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("a.json was changed after it was written");
  }
}
