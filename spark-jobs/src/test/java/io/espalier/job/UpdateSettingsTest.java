package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateSettingsTest {
  @TempDir private Path folder;

  @Test
  void byDefaultAnyImprovementOfTheCachedPriorsEnsembleIsPromoted() throws IOException {
    assertThat(TinyExperiment.in(folder).to(folder.resolve("run")).settings().update())
        .isEqualTo(new UpdateSettings(0, "ensemble/cached_prior", 0));
  }

  @Test
  void whatCannotDecideIsRefused() throws IOException {
    refused("update.margin=1", "update.margin is 1.0 but must be at least 0 and below 1");
    refused("update.margin=-0.1", "update.margin is -0.1 but must be at least 0 and below 1");
    refused(
        "update.steps=-1",
        "update.steps is -1 but must be at least 1, or 0 for one pass over the new text");
    refused(
        "update.model=dense",
        "update.model is dense but must be one of evaluation.ensembles: ensemble/uniform_prior, ensemble/cached_prior");
  }

  private void refused(String override, String sentence) throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    assertThatThrownBy(() -> tiny.to(folder.resolve("run"), override))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }
}
