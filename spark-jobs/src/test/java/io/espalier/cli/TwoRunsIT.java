package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.job.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two runs on one folder, whole processes: the second is refused while the first lives; when the
 * first is stopped it is taken over; when it wakes up it finds that out and ends.
 */
@EnabledOnOs(OS.LINUX)
@Tag("long")
@Timeout(1800)
class TwoRunsIT {
  private static final Map<String, String> NO_PROPERTIES = Map.of();

  @TempDir private Path folder;

  @Test
  void theSecondIsRefusedAndAStoppedOneIsTakenOverAndFenced() throws Exception {
    TinyExperiment tiny = TinyExperiment.in(folder);
    Path run = folder.resolve("run");
    try (EspalierProcess first = start(tiny, "first")) {
      first.await(out -> out.contains("→ train-seed"));
      try (EspalierProcess second = start(tiny, "second")) {
        assertThat(second.exitCode()).as(second.output()).isEqualTo(2);
        assertThat(second.output())
            .containsPattern(
                "espalier: The run folder \\S+ is being written by espalier tiny \\(\\S+@\\S+, process \\d+\\) since \\S+, and is its at least until \\S+; wait for its end, end it, or take another --output\n");
      }
      assertThat(run.resolve("experiment.yaml")).exists();

      first.signal("STOP");
      try (EspalierProcess third = start(tiny, "third")) {
        third.await(out -> Files.exists(run.resolve("leases/run/00000002.json")));
        first.signal("CONT");
        assertThat(first.exitCodeWithin(60)).isEqualTo(1);
        assertThat(first.output())
            .contains("in epoch 2: nothing more is written here, and the other goes on");
        assertThat(third.exitCode()).as(third.output()).isZero();
        assertThat(third.output())
            .contains("if that shows no sign of life for 5 s, it is taken over", "Report: ");
      }
    }
    assertThat(weightsAfterAudit(run)).isEqualTo(10);
  }

  /** How many models there are, each of whose checkpoints is whole. */
  private static long weightsAfterAudit(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run.resolve("checkpoints"))) {
      List<Path> models =
          files
              .filter(file -> file.endsWith("model.safetensors"))
              .map(file -> file.resolve("../..").normalize())
              .distinct()
              .toList();
      models.forEach(model -> CheckpointFolder.local(model).all().forEach(Checkpoint::audit));
      return models.size();
    }
  }

  private EspalierProcess start(TinyExperiment tiny, String name) throws IOException {
    return EspalierProcess.start(
        folder.resolve(name + ".out"),
        NO_PROPERTIES,
        List.of(
            "run",
            tiny.file().toString(),
            "--output",
            folder.resolve("run").toString(),
            "--master",
            "local[2]",
            "--set",
            "lease.duration_seconds=5",
            "--set",
            "training.steps=400",
            "--set",
            "training.checkpoint_steps=20"));
  }
}
