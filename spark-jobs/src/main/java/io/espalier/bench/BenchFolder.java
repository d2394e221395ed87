package io.espalier.bench;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A new folder for what a measurement writes, deleted with all of it when it is closed. */
record BenchFolder(Path path) implements AutoCloseable {

  /** A folder among this machine's temporary files. */
  static BenchFolder temporary(String bench) {
    return in(Path.of(System.getProperty("java.io.tmpdir")), bench, 0);
  }

  /**
   * A folder below one that exists.
   *
   * @param bench what is measured, for its name
   * @param bytes that are going to be written
   * @throws ConfigException if the parent is no folder, or its disk has no room
   */
  static BenchFolder in(Path parent, String bench, long bytes) {
    try {
      requireSpace(parent, bytes);
      return new BenchFolder(Files.createTempDirectory(parent, "espalier-bench-" + bench));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder in " + parent, e);
    }
  }

  private static void requireSpace(Path folder, long bytes) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new ConfigException("%s is not a folder; name one that exists".formatted(folder));
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new ConfigException(
          "%s has %.1f GB free, but %.1f GB are needed; name a folder on a larger disk"
              .formatted(folder, free / 1e9, bytes / 1e9));
    }
  }

  @Override
  public void close() {
    try {
      List<Path> deepestFirst;
      try (Stream<Path> files = Files.walk(path)) {
        deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path, e);
    }
  }
}
