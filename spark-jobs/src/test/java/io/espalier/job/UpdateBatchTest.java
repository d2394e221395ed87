package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateBatchTest {
  private static final UpdateBatch FIRST =
      new UpdateBatch(
          1,
          7,
          List.of(
              new UpdateBatch.Text("legal", "train-u1", List.of("file:/a b.jsonl"), List.of("1"))));
  private static final Update KEPT =
      new Update(Update.Outcome.KEPT, 1, 1, List.of("legal"), 12.5, 12.25, 0.05, 3);

  @TempDir private Path folder;
  private final Configuration configuration = new Configuration();

  @Test
  void whatWasDecidedAndWhatCameOfItIsFoundAgain() {
    assertThat(all()).isEmpty();
    FIRST.begin(configuration, run());
    assertThat(all()).containsExactly(FIRST);
    assertThat(FIRST.outcome(configuration, run())).isEmpty();
    FIRST.end(configuration, run(), KEPT);
    assertThat(FIRST.outcome(configuration, run())).contains(KEPT);
  }

  @Test
  void whatWasBeingWrittenWhenItsWriterWasKilledWasNotDecided() throws IOException {
    FIRST.begin(configuration, run());
    Path file = folder.resolve("updates/00000001.json");
    Files.delete(file.resolveSibling(".00000001.json.sha256"));
    Files.writeString(file, Files.readString(file).substring(0, 20)); // Hadoop's .crc is another.
    assertThat(all()).isEmpty();
    FIRST.begin(configuration, run());
    assertThat(all()).containsExactly(FIRST);
  }

  @Test
  void theSentenceHasTheFigures() {
    assertThat(KEPT.toText())
        .isEqualTo(
            "Kept as candidates, which take no part: legal with 1 new file: perplexity 12.50 → 12.25 (-2.00 %), and it had to fall by more than 5.00 %");
  }

  private List<UpdateBatch> all() {
    return UpdateBatch.all(configuration, run());
  }

  private RunPaths run() {
    return RunPaths.of(folder.toString());
  }
}
