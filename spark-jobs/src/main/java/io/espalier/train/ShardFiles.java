package io.espalier.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts a shard's files in place once per host and whole: both are written under a name of their
 * own, then renamed, the index last. An index without an end can therefore never be seen, and what
 * a killed task left is a temporary file that nobody opens.
 */
final class ShardFiles {
  /**
   * One lock per shard for the tasks of this JVM: a file lock alone would refuse the second of them
   * instead of letting it wait.
   */
  private static final Map<Path, Object> WITHIN_THIS_JVM = new ConcurrentHashMap<>();

  private ShardFiles() {}

  static Path tokens(Path stem) {
    return sibling(stem, ".bin");
  }

  static Path index(Path stem) {
    return sibling(stem, ".idx");
  }

  static Path lock(Path stem) {
    return sibling(stem, ".lock");
  }

  /** Writes the files unless they are there. */
  static void writeOnce(Path stem, TokenType type, SequenceStream sequences) throws IOException {
    if (Files.exists(index(stem))) {
      return;
    }
    Files.createDirectories(stem.toAbsolutePath().getParent());
    synchronized (WITHIN_THIS_JVM.computeIfAbsent(stem.toAbsolutePath(), s -> new Object())) {
      try (FileChannel lock =
          FileChannel.open(lock(stem), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        if (!Files.exists(index(stem))) {
          write(stem, type, sequences);
        }
      }
    }
  }

  private static void write(Path stem, TokenType type, SequenceStream sequences)
      throws IOException {
    Path attempt = sibling(stem, "." + UUID.randomUUID());
    try {
      try (ShardWriter writer = new ShardWriter(tokens(attempt), index(attempt), type)) {
        sequences.sendTo(writer);
        writer.finish();
      }
      Files.move(tokens(attempt), tokens(stem), StandardCopyOption.ATOMIC_MOVE);
      Files.move(index(attempt), index(stem), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(tokens(attempt));
      Files.deleteIfExists(index(attempt));
    }
  }

  private static Path sibling(Path stem, String ending) {
    return stem.resolveSibling(stem.getFileName() + ending);
  }
}
