package io.espalier.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a checkpoint was computed on: other processors may round differently.
 *
 * @param processor the processor's model name
 * @param cores processors that the virtual machine may use
 * @param device where the arithmetic ran: {@code cpu}, {@code cuda:0}
 * @param system operating system and architecture
 * @param java the Java version
 */
public record Hardware(String processor, int cores, String device, String system, String java) {

  /** This machine, with the device that was used on it. */
  public static Hardware ofThisMachine(String device) {
    return new Hardware(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        device,
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.version"));
  }

  private static String processorName() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
