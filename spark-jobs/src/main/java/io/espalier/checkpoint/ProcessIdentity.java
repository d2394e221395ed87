package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A process, named so that another on the same machine can tell that it has ended. A number alone
 * would be taken for another's after a restart of the machine, or in another container.
 *
 * @param machine the machine's start and the processes' name space on it; empty where the system
 *     doesn't tell
 * @param number the process's
 * @param start when it started; empty where the system doesn't tell
 */
record ProcessIdentity(String machine, long number, String start) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAME_SPACE = Path.of("/proc/self/ns/pid");

  /** This process. */
  static ProcessIdentity current() {
    ProcessHandle self = ProcessHandle.current();
    return new ProcessIdentity(thisMachine(), self.pid(), startOf(self));
  }

  /** Whether it is certain that it has ended. */
  boolean hasEnded() {
    return !machine.isEmpty()
        && machine.equals(thisMachine())
        && ProcessHandle.of(number).filter(process -> startOf(process).equals(start)).isEmpty();
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String thisMachine() {
    try {
      return Files.readString(BOOT).trim() + " " + Files.readSymbolicLink(NAME_SPACE);
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }
}
