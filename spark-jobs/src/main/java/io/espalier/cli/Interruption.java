package io.espalier.cli;

import java.io.PrintWriter;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is said when the process is told to stop (Ctrl-C, a scheduler's signal) while it works. The
 * Java machine then runs its shutdown hooks and ends with 130 or 143 by itself; everything on disk
 * is committed whole or not at all, so that the same command goes on from there.
 */
final class Interruption {
  private static final AtomicBoolean ENDED = new AtomicBoolean();

  /** A shutdown that hangs (a native call, say) is cut off after this long: people wait for it. */
  private static final long PATIENCE_MILLISECONDS = 4_000;

  private Interruption() {}

  /** From now on an interruption ends the console's bar and prints the sentence. */
  static void announce(Console console, PrintWriter err, String sentence) {
    announce(() -> console.interrupted(sentence, err));
  }

  /** From now on an interruption prints the sentence. */
  static void announce(PrintWriter err, String sentence) {
    announce(
        () -> {
          err.println(sentence);
          err.flush();
        });
  }

  private static void announce(Runnable words) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ENDED.get()) {
                    return;
                  }
                  endLater();
                  words.run();
                },
                "interruption"));
  }

  /** The command ended by itself: exiting is no interruption any more. */
  static void ended() {
    ENDED.set(true);
  }

  /** Whether the process is going down; what fails now fails because of that. */
  static boolean isUnderWay() {
    Thread probe = new Thread(() -> {}, "interruption-probe");
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true; // Hooks are refused from the moment that shutdown begins.
    }
  }

  private static void endLater() {
    Thread watchdog =
        new Thread(
            () -> {
              try {
                Thread.sleep(PATIENCE_MILLISECONDS);
                Runtime.getRuntime().halt(Failures.INTERRUPTED);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "interruption-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }
}
