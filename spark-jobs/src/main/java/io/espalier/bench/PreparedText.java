package io.espalier.bench;

import io.espalier.bench.PrepareProcess.Goal;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Text prepared in a process of its own, from nothing, as {@code espalier prepare} would.
 *
 * @param folder of the text, as {@link RepeatedText} writes it
 * @param cores that Spark has
 * @param memory Java's heap, such as 2g
 */
record PreparedText(Path folder, int cores, String memory) {

  /**
   * Measures the process.
   *
   * @param experiment name of the resource that says what is done
   * @param run a folder for its tables
   */
  MeasuredProcess prepare(Goal goal, String experiment, Path run) throws IOException {
    Path file = folder.resolve(experiment);
    try (InputStream in = PreparedText.class.getResourceAsStream(experiment)) {
      if (in == null) {
        throw new IllegalStateException(experiment + " is missing from the jar");
      }
      Files.write(file, in.readAllBytes());
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options());
    command.add("-Xmx" + memory);
    command.add("-Dspark.master=local[%d]".formatted(cores));
    command.add("-Dspark.ui.enabled=false");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(PrepareProcess.class.getName());
    command.addAll(List.of(goal.name(), file.toString(), run.toString()));
    return MeasuredProcess.run(command);
  }

  /** What this process was started with, but for its memory and its agents. */
  private static List<String> options() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.matches("--add-opens.*|-XX:Tiered.*|-D.*"))
        .filter(option -> !option.startsWith("-Dspark."))
        .toList();
  }
}
