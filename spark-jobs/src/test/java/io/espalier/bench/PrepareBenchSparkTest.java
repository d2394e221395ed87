package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.bench.PrepareBench.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class PrepareBenchSparkTest {
  @TempDir private Path folder;

  @Test
  void bothPartsArePreparedInProcessesWhoseTimeAndMemoryAreTold() throws IOException {
    BenchResult result = PrepareBench.measure(settings());

    assertThat(result.figures())
        .containsEntry("near_duplicates_x1_planted_pairs", 5)
        .containsEntry("near_duplicates_x1_recall_percent", 100.0)
        .containsKeys("near_duplicates_x1_megabytes_per_cpu_second", "pipeline_x1_sequences")
        .doesNotContainKey("near_duplicates_x1_times_peer");
    assertThat(result.figures())
        .extractingByKey("pipeline_x1_cpu_seconds", InstanceOfAssertFactories.DOUBLE)
        .isBetween(1.0, 1000.0);
    assertThat(result.figures())
        .extractingByKey("pipeline_x1_peak_resident_megabytes", InstanceOfAssertFactories.LONG)
        .isBetween(100L, 3000L);
    assertThat(folder).isDirectoryNotContaining("glob:**espalier-bench*");
  }

  private PrepareBench.Settings settings() throws IOException {
    Path text = Files.createDirectories(folder.resolve("text"));
    for (int i = 0; i < 120; i++) {
      Files.writeString(text.resolve("%03d.txt".formatted(i)), RepeatedTextTest.texts(120).get(i));
    }
    return new PrepareBench.Settings(
        text, List.of(Part.values()), List.of(1), 0, 0, 1, 1, "1g", folder, "", Path.of(""));
  }
}
