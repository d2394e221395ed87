package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.espalier.job.EspalierSession;
import io.espalier.job.Experiment;
import io.espalier.job.Pipeline;
import io.espalier.job.TinyExperiment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DivergedTrainingSparkTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void logIntoTheFolder() {
    System.setProperty(LogFile.PROPERTY, folder.resolve("log").toString());
  }

  @AfterEach
  void logAsBefore() {
    System.clearProperty(LogFile.PROPERTY);
  }

  @Test
  void aTrainingThatDivergesSaysWhereAndKeepsItsLastGoodCheckpoint() throws IOException {
    Experiment experiment =
        TinyExperiment.in(folder)
            .to(
                folder.resolve("run"),
                "training.schedule={type: constant, peak_learning_rate: 1.0e+30, warmup_fraction: 0}");
    SparkSession spark =
        EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    Console console =
        new Console(new PrintWriter(out), Console.Verbosity.LINES, OptionalInt.empty(), () -> 0);

    Throwable failure = catchThrowable(() -> Pipeline.run(spark, experiment, console));
    int exitCode = Failures.report(Objects.requireNonNull(failure), new PrintWriter(err));

    Path kept = folder.resolve("run/checkpoints/seed/step-00000001");
    assertThat(err.toString().lines().findFirst().orElseThrow())
        .matches(
            "espalier: seed diverged: its .* is .* at step 2 with learning rate 1\\.0E30; its last good checkpoint stays at "
                + "\\S*%s; a lower training\\.schedule\\.peak_learning_rate, .* may help"
                    .formatted(kept));
    assertThat(exitCode).isEqualTo(1);
    assertThat(kept.resolve("manifest.json")).exists();
    assertThat(folder.resolve("run/checkpoints/seed/step-00000002")).doesNotExist();
    assertThat(out.toString()).contains("→ train-seed").doesNotContain("✓ train-seed");
  }
}
