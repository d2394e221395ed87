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
    long start = signal("KILL");
    assertThat(reasons())
        .allSatisfy(
            r ->
                assertThat(r)
                    .isEqualTo("failed: rank 1 died: its connection ended without a word"));
    assertThat(seconds(start)).isLessThan(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix", "tcp"})
  void aStoppedRankFailsAllOthersAtTheDeadline(String backend) throws Exception {
    double timeoutSeconds = 1.5;
    startAll(backend, timeoutSeconds);
    long start = signal("STOP");
    assertThat(reasons()).allSatisfy(r -> assertThat(r).contains("waited 1.5 s for", "rank 1"));
    assertThat(seconds(start)).isBetween(timeoutSeconds, timeoutSeconds + 1);
  }

  private void startAll(String backend, double timeoutSeconds) throws IOException {
    for (int rank = 0; rank < SIZE; rank++) {
      ProcessBuilder builder =
          new ProcessBuilder(
              ProcessHandle.current().info().command().orElse("java"),
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xshare:auto",
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

  /** Sends a signal to one rank; returns the time. */
  private long signal(String name) throws Exception {
    long start = System.nanoTime();
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(processes.get(LOST).pid())).start();
    assertThat(kill.waitFor(5, TimeUnit.SECONDS)).isTrue();
    return start;
  }

  private List<String> reasons() throws IOException {
    List<String> reasons = new ArrayList<>();
    for (int rank = 0; rank < SIZE; rank++) {
      if (rank != LOST) {
        reasons.add(outputs.get(rank).readLine());
      }
    }
    return reasons;
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
