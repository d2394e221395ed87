package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir private Path folder;
  private TinyExperiment tiny;
  private Path run;

  @BeforeEach
  void claimAFolder() throws IOException {
    tiny = TinyExperiment.in(folder);
    run = folder.resolve("run");
    RunFolder.claim(tiny.to(run), new Configuration(), () -> {});
  }

  private void check(String... overrides) {
    RunFolder.check(tiny.to(run, overrides), new Configuration());
  }

  /** As a version of the code would have written it that didn't know the key. */
  private void forget(String line) throws IOException {
    Path file = run.resolve("experiment.yaml");
    String yaml = Files.readString(file);
    assertThat(yaml).contains(line);
    Files.writeString(file, yaml.replace(line, ""));
    Files.deleteIfExists(run.resolve(".experiment.yaml.sha256"));
    Files.deleteIfExists(run.resolve(".experiment.yaml.crc")); // Hadoop's, of the text before.
  }

  @Test
  void anotherExperimentIsRefusedWithTheFirstDifference() {
    assertThatThrownBy(() -> check("training.steps=8"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("training.steps is 6 there and 8 here; take another --output");
  }

  @Test
  void whatAddsToARunMayDiffer() {
    assertThatCode(() -> check("study.random_split=true", "evaluation.bootstrap_resamples=0"))
        .doesNotThrowAnyException();
  }

  @Test
  void aKeyThatAnOlderVersionDidNotKnowHadItsDefault() throws IOException {
    forget("  branch_from: seed\n");
    forget("  keep_checkpoints: 2\n");
    forget("    backslash_escapes: false\n");
    assertThatCode(() -> check()).doesNotThrowAnyException();
    assertThatThrownBy(() -> check("training.keep_checkpoints=3"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("training.keep_checkpoints is not given there and 3 here");
  }

  @Test
  void aSourceThatDiffersIsNamed() {
    assertThatThrownBy(() -> check("data.training[0].title=true"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.training[0].title is false there and true here");
  }
}
