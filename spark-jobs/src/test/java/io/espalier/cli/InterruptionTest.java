package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Signals to a process that works. */
@EnabledOnOs(OS.LINUX)
class InterruptionTest {
  /** Works until it is told to stop; its work then fails, as Spark's does. */
  static final class Worker {
    public static void main(String[] args) throws InterruptedException {
      PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
      CountDownLatch stopped = new CountDownLatch(1);
      Console console = new Console(out, Console.Verbosity.LINES, OptionalInt.empty(), () -> 0.0);
      Interruption.announce(console, out, "Interrupted. Run it again.");
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
      console.stageStarted("train-seed", "working");
      stopped.await();
      System.exit(Failures.report(new IllegalStateException("Spark was stopped"), out));
    }
  }

  @Test
  void controlCEndsWith130AndASentenceAndNothingElse() throws Exception {
    Process worker = start();
    BufferedReader out = worker.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).startsWith("→ train-seed");
    signal(worker, "INT");
    assertThat(out.lines().collect(Collectors.toList()))
        .containsExactly("Interrupted. Run it again.");
    assertThat(worker.waitFor()).isEqualTo(130);
  }

  @Test
  void aSchedulersSignalIsAnInterruptionToo() throws Exception {
    Process worker = start();
    BufferedReader out = worker.inputReader(StandardCharsets.UTF_8);
    assertThat(out.readLine()).startsWith("→ train-seed");
    signal(worker, "TERM");
    assertThat(out.lines().collect(Collectors.toList()))
        .containsExactly("Interrupted. Run it again.");
    assertThat(worker.waitFor()).isEqualTo(143);
  }

  private static Process start() throws IOException {
    // Whoever starts the build in the background may ignore SIGINT, and its children inherit that.
    return new ProcessBuilder(
            "env",
            "--unset=JAVA_TOOL_OPTIONS", // the virtual machine announces them
            "--default-signal=INT",
            System.getProperty("java.home") + "/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName())
        .redirectErrorStream(true)
        .start();
  }

  private static void signal(Process process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }
}
