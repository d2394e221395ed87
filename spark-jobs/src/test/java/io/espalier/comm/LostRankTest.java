package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that are processes, one of which is killed or stopped by the system's own signals. */
class LostRankTest {
  private static final int SIZE = 3;
  private static final int LOST = 1;

  @TempDir private Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedReader> outputs = new ArrayList<>();

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aKilledRankFailsAllOthersWithinASecond(String backend) throws Exception {
    startAll(backend, 30);
    processes.get(LOST).destroyForcibly();
    for (Failure failure : failures()) {
      assertThat(failure.reason()).isEqualTo("rank 1 died: its connection ended without a word");
      assertThat(failure.seconds()).isLessThan(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aStoppedRankFailsAllOthersAtTheDeadline(String backend) throws Exception {
    double timeoutSeconds = 4;
    startAll(backend, timeoutSeconds);
    stop(processes.get(LOST));
    for (Failure failure : failures()) {
      assertThat(failure.reason()).contains("waited 4.0 s for", "rank 1", "timeout_seconds");
      assertThat(failure.seconds()).isBetween(timeoutSeconds - 1, timeoutSeconds + 1);
    }
  }

  /** What a rank that is left printed: how long its last call took, and why it failed. */
  record Failure(double seconds, String reason) {
    static Failure parse(String line) {
      String[] parts = line.split(" s: ", 2);
      return new Failure(Double.parseDouble(parts[0]), parts[1]);
    }
  }

  private void startAll(String backend, double timeoutSeconds) throws IOException {
    for (int rank = 0; rank < SIZE; rank++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              ProcessHandle.current().info().command().orElse("java"),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Djava.io.tmpdir=" + folder, // a killed process leaves its socket there
              "-cp",
              System.getProperty("java.class.path"),
              RankInAChild.class.getName(),
              folder.toString(),
              Integer.toString(rank),
              Integer.toString(SIZE),
              backend,
              Double.toString(timeoutSeconds));
      Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      processes.add(process);
      outputs.add(process.inputReader());
    }
    for (BufferedReader output : outputs) {
      assertThat(output.readLine()).isEqualTo("running");
    }
  }

  private static void stop(Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  private List<Failure> failures() throws IOException {
    List<Failure> failures = new ArrayList<>();
    for (int rank = 0; rank < SIZE; rank++) {
      if (rank != LOST) {
        failures.add(Failure.parse(outputs.get(rank).readLine()));
      }
    }
    return failures;
  }
}
