package io.espalier.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Linux says of the memory of this process. */
final class ProcessStatus {
  static final Path FILE = Path.of("/proc/self/status");
  private static final long KILOBYTE = 1024;

  private ProcessStatus() {}

  /** Bytes in memory now; nothing where there is no such file. */
  static OptionalLong residentBytes() throws IOException {
    return bytes("VmRSS:");
  }

  /** The most that there ever were. */
  static OptionalLong peakResidentBytes() throws IOException {
    return bytes("VmHWM:");
  }

  private static OptionalLong bytes(String field) throws IOException {
    if (!Files.exists(FILE)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(FILE)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KILOBYTE)
          .findFirst();
    }
  }
}
