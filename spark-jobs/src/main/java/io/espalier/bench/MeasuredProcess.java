package io.espalier.bench;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a process took from its start to its end, whatever it is written in.
 *
 * @param wallSeconds by the clock
 * @param cpuSeconds of all its threads and of the processes that it waited for: a virtual machine's
 *     compiler and garbage collector are in it
 * @param figures what it printed as {@link PrintedFigures}
 */
record MeasuredProcess(double wallSeconds, double cpuSeconds, Map<String, Double> figures) {
  private static final Path STATUS = Path.of("/proc/self/stat");

  /** Linux counts the time of processes so, whatever its own clock does. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields 16 and 17, counted behind the name, which is in brackets and may have spaces. */
  private static final int CHILDREN_USER = 13;

  private static final int CHILDREN_SYSTEM = 14;

  /**
   * Runs a command, alone: no other process of ours may end meanwhile.
   *
   * @throws ConfigException if it can't be started or fails
   */
  static MeasuredProcess run(List<String> command) throws IOException {
    double before = cpuSecondsOfChildren();
    long start = System.nanoTime();
    Map<String, Double> figures =
        PrintedFigures.of(
            start(command),
            code ->
                new ConfigException(
                    "%s ended with exit code %d; its own message is above"
                        .formatted(command.get(0), code)));
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    return new MeasuredProcess(wallSeconds, cpuSecondsOfChildren() - before, figures);
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new ConfigException(
          "%s can't be started (%s); the path of a program would work"
              .formatted(command.get(0), e.getMessage()),
          e);
    }
  }

  private static double cpuSecondsOfChildren() throws IOException {
    if (!Files.exists(STATUS)) {
      throw new ConfigException(
          "The time of other processes is read from %s, which isn't there; Linux would work"
              .formatted(STATUS));
    }
    String status = Files.readString(STATUS);
    List<String> fields = List.of(status.substring(status.lastIndexOf(')') + 2).split(" "));
    return (Long.parseLong(fields.get(CHILDREN_USER)) + Long.parseLong(fields.get(CHILDREN_SYSTEM)))
        / TICKS_PER_SECOND;
  }
}
