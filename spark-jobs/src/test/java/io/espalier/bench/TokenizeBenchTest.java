package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeBenchTest {
  @TempDir private Path folder;

  @Test
  void everyKindOfFileIsReadAndMeasured() throws IOException {
    Files.createDirectories(folder.resolve("nested"));
    Files.writeString(folder.resolve("nested/a.txt"), "plain caf\u00e9 text, plain text");
    Files.writeString(folder.resolve("b.jsonl"), "{\"text\": \"lines of lines\"}\nbroken\n");
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("c.json.gz")))) {
      out.write("{\"text\": \"zipped text\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(folder.resolve("d.csv"), "not read");

    BenchResult result = TokenizeBench.measure(folder, 270);

    assertThat(result.bench()).isEqualTo("tokenize");
    assertThat(result.figures())
        .containsEntry("documents", 3)
        .containsEntry("text_megabytes", 5.3e-5)
        .containsEntry("distinct_pre_tokens", 9)
        .containsEntry("texts_with_the_ids_of_the_library", 3)
        .containsEntry("best_fit_documents_cut_percent", 0.0);
    assertThat(result.figures().values())
        .allSatisfy(
            figure ->
                assertThat(figure)
                    .asInstanceOf(InstanceOfAssertFactories.type(Number.class))
                    .satisfies(number -> assertThat(number.doubleValue()).isNotNegative()));
  }

  @Test
  void aFolderWithoutTextIsRefused() {
    assertThatThrownBy(() -> TokenizeBench.measure(folder, 270))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("holds no text");
    assertThatThrownBy(() -> TokenizeBench.measure(folder.resolve("none"), 270))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("does not exist");
  }
}
