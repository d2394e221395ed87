package io.espalier.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The NVIDIA cards of this machine, as the driver or at least the kernel knows them. */
final class NvidiaCards {
  private static final int DRIVER_TIMEOUT_SECONDS = 10;

  private NvidiaCards() {}

  /** One entry a card: the driver's name and memory, or the device file where no driver answers. */
  static List<String> names() {
    List<String> told = fromDriver();
    return told.isEmpty() ? fromDeviceFiles(Path.of("/dev")) : told;
  }

  private static List<String> fromDriver() {
    try {
      Process query =
          new ProcessBuilder("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      query.getOutputStream().close();
      if (!query.waitFor(DRIVER_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        query.destroyForcibly();
        return List.of();
      }
      String cards = new String(query.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return query.exitValue() == 0 ? cards.lines().map(String::strip).toList() : List.of();
    } catch (IOException e) {
      return List.of(); // There is no nvidia-smi.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  static List<String> fromDeviceFiles(Path dev) {
    List<String> cards = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dev, "nvidia[0-9]*")) {
      files.forEach(file -> cards.add(file.toString()));
    } catch (IOException e) {
      return List.of(); // Not a machine with device files.
    }
    cards.sort(null);
    return cards;
  }
}
