package io.espalier.job;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What Java has no call for: signals, mounts. */
final class Shell {
  private Shell() {}

  /** Whether a command ends well. */
  static boolean succeeds(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** What a command prints. */
  static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static void run(String... command) throws Exception {
    if (!succeeds(command)) {
      throw new AssertionError(String.join(" ", command) + " failed");
    }
  }

  /** Sends a signal by its name. */
  static void signal(ProcessHandle process, String name) throws Exception {
    run("kill", "-" + name, Long.toString(process.pid()));
  }
}
