package io.espalier.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainingTest {
  @TempDir Path folder;

  @Test
  void aProcessKilledInTheMiddleGoesOnToTheSameBits() throws Exception {
    TinyRun run = TinyRun.in(folder);
    TrainingPlan plan = run.planner().dense();
    run.train(plan, "undisturbed", TrainingListener.SILENT);

    Process child = startChild(13);
    try (BufferedReader output = child.inputReader()) {
      assertThat(lastLine(output)).isEqualTo("hanging after 13");
      child.destroyForcibly();
    }
    assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(child.exitValue()).as("128 + SIGKILL").isEqualTo(137);
    assertThat(run.latest("killed").step()).isEqualTo(10);

    TrainingResult result = run.train(plan, "killed", TrainingListener.SILENT);
    assertThat(result.resumedAtStep()).isEqualTo(10);
    assertThat(run.tensorHashes("killed")).isEqualTo(run.tensorHashes("undisturbed"));
  }

  private Process startChild(int hangAfter) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            TrainingInAChild.class.getName(),
            folder.toString(),
            Integer.toString(hangAfter));
    builder.redirectErrorStream(true);
    return builder.start();
  }

  /** The last line before the child hangs or ends; earlier ones are its log. */
  private static String lastLine(BufferedReader output) throws IOException {
    StringBuilder log = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith("hanging")) {
        return line;
      }
      log.append(line).append('\n');
    }
    return log.toString();
  }
}
