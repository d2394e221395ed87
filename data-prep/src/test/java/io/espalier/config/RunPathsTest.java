package io.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPathsTest {
  @Test
  void urisStayAsTheyAre() {
    RunPaths paths = RunPaths.of("s3a://bucket/runs/a/");
    assertThat(paths.root()).isEqualTo("s3a://bucket/runs/a");
    assertThat(paths.table("scores")).isEqualTo("s3a://bucket/runs/a/tables/scores");
    assertThat(paths.localRoot()).isEmpty();
  }

  @Test
  void localFoldersBecomeAbsoluteAndComeBackAsPaths(@TempDir Path folder) {
    Path run = folder.resolve("with space");
    RunPaths paths = RunPaths.of(run.toString());
    assertThat(paths.root()).startsWith("file:/").doesNotEndWith("/");
    assertThat(paths.localRoot()).contains(run);
  }

  @Test
  void expertsLieBelowOneFolder() {
    RunPaths paths = RunPaths.of("/runs/a");
    assertThat(paths.checkpoint("expert/legal")).endsWith("/runs/a/checkpoints/experts/legal");
    assertThat(paths.checkpoint("seed")).endsWith("/runs/a/checkpoints/seed");
  }

  @Test
  void locationsAreShownAsTheyAreTyped() {
    Path here = Path.of("").toAbsolutePath();
    assertThat(RunPaths.shown(RunPaths.of("runs/a").report())).isEqualTo("runs/a/report");
    assertThat(RunPaths.shown("file://" + here.resolve("runs/a"))).isEqualTo("runs/a");
    assertThat(RunPaths.shown("file:/elsewhere/a b")).isEqualTo("/elsewhere/a b");
    assertThat(RunPaths.shown("file:" + here)).isEqualTo(here.toString());
    assertThat(RunPaths.shown("s3a://bucket/runs/a")).isEqualTo("s3a://bucket/runs/a");
  }
}
