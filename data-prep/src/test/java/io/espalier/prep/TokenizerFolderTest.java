package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.text.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFolderTest {
  private static final TokenizerFile FILE = new TokenizerFile("{\"a\": 1}", "{\"b\": 2}");

  @TempDir Path path;
  private TokenizerFolder folder;

  @BeforeEach
  void writeOne() {
    folder = new TokenizerFolder(new Configuration(false), path.toString());
    assertThat(folder.completedWith("f")).isEmpty();
    folder.write(FILE, "f", 3, "r");
  }

  @Test
  void whatWasWrittenIsFoundByItsFingerprintAlone() {
    assertThat(folder.completedWith("f")).contains(FILE);
    assertThat(folder.completedWith("g")).isEmpty();
  }

  @Test
  void withoutProvenanceOrWithOtherFilesThereIsNoTokenizer() throws IOException {
    Files.writeString(path.resolve("tokenizer.json"), "{\"a\": 2}");
    assertThat(folder.completedWith("f")).as("another file").isEmpty();
    folder.write(FILE, "f", 3, "r");
    Files.delete(path.resolve("provenance.json"));
    assertThat(folder.completedWith("f")).as("killed before the end").isEmpty();
    folder.write(FILE, "f", 3, "r");
    Files.delete(path.resolve("tokenizer_config.json"));
    assertThat(folder.completedWith("f")).as("half of it").isEmpty();
  }

  @Test
  void anotherTokenizerTakesThePlaceOfTheFirst() {
    TokenizerFile other = new TokenizerFile("{\"c\": 3}", "{}");

    folder.write(other, "g", -1, "");

    assertThat(folder.completedWith("g")).contains(other);
    assertThat(folder.completedWith("f")).isEmpty();
  }
}
