package io.espalier.job;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What Java has no call for: signals, mounts. */
final class Shell {
  private Shell() {}

  /** Whether a command ends well. */
  static boolean succeeds(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    try {
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(String.join(" ", command) + " was not waited for");
    }
  }

  /** What a command prints. */
  static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  static void run(String... command) throws IOException {
    if (!succeeds(command)) {
      throw new AssertionError(String.join(" ", command) + " failed");
    }
  }

  /** Sends a signal by its name. */
  static void signal(ProcessHandle process, String name) throws IOException {
    run("kill", "-" + name, Long.toString(process.pid()));
  }
}
