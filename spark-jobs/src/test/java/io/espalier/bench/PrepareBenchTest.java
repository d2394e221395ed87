package io.espalier.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.job.Experiment;
import io.espalier.prep.DataSettings;
import io.espalier.text.DocumentFilter;
import io.espalier.text.TextEdit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareBenchTest {
  @TempDir private Path folder;

  @Test
  void thePipelineHasEveryEditAndFilterThatThereIs() throws IOException {
    DataSettings data = data("pipeline.yaml");

    assertThat(data.edits()).hasSameSizeAs(TextEdit.class.getPermittedSubclasses());
    assertThat(data.filters()).hasSameSizeAs(DocumentFilter.class.getPermittedSubclasses());
    assertThat(data.nearDuplicates().on() && data.decontaminate().on()).isTrue();
  }

  @Test
  void nearDuplicatesAreAllThatIsRemovedBesideThePeer() throws IOException {
    DataSettings data = data(NearDuplicatesBench.EXPERIMENT);

    assertThat(data.nearDuplicates().on()).isTrue();
    assertThat(data.edits()).isEmpty();
    assertThat(data.filters()).isEmpty();
  }

  @Test
  void aProcessIsMeasuredWithAllItsThreadsAndChildren() throws IOException {
    MeasuredProcess process =
        MeasuredProcess.run(
            List.of(
                "bash", "-c", "bash -c 'for ((i = 0; i < 100000; i++)); do :; done'; echo x=3"));

    assertThat(process.cpuSeconds()).isBetween(0.02, 30.0);
    assertThat(process.figures()).containsEntry("x", 3.0);
  }

  @Test
  void aProcessThatFailsOrIsNotThereIsNamed() {
    assertThatThrownBy(() -> MeasuredProcess.run(List.of("bash", "-c", "exit 3")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("bash ended with exit code 3");
    assertThatThrownBy(() -> MeasuredProcess.run(List.of("no-such-program")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("no-such-program can't be started");
    assertThatThrownBy(() -> new MinhashPeer("python3", Path.of("none.py")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.py");
  }

  private DataSettings data(String experiment) throws IOException {
    Path file = folder.resolve(experiment);
    try (InputStream in = PrepareBench.class.getResourceAsStream(experiment)) {
      Files.write(file, Objects.requireNonNull(in).readAllBytes());
    }
    return Experiment.load(file.toString(), List.of(), Optional.empty()).settings().data();
  }
}
