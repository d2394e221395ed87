package io.espalier.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The folder that holds one model's checkpoints, on some file system. Paths are relative to it and
 * divided by slashes; "" is the folder itself. Thread-safe.
 */
sealed interface Storage permits LocalStorage, HadoopStorage {

  /** A path as messages name it: absolute, with the file system's scheme unless it is local. */
  String nameOf(String path);

  /** Whether renaming a folder either happens whole or not at all, whatever dies meanwhile. */
  boolean renamesAtomically();

  /** The names in a folder, sorted; none if there is no such folder. */
  List<String> list(String folder) throws IOException;

  /** Whether there is such a file or folder. */
  boolean exists(String path) throws IOException;

  /** When a file or folder was last changed. */
  Instant modified(String path) throws IOException;

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  ReadableFile open(String path) throws IOException;

  /** Makes a file that isn't there yet, and the folders above it. */
  WritableFile create(String path) throws IOException;

  /**
   * Goes on with a file that is there: what lies behind its first bytes is cut off.
   *
   * @return empty where files can't be changed
   */
  Optional<WritableFile> reopen(String path, long keptBytes) throws IOException;

  /**
   * Makes a place one's own until it is closed or the process dies, whichever comes first.
   *
   * @return empty if another has it, or where there are no locks
   */
  Optional<Closeable> lock(String path) throws IOException;

  /**
   * Makes a small file with all its bytes unless it is there.
   *
   * @return whether this call made it; of several callers at once at most one is told so, where the
   *     file system has conditional creation
   */
  boolean putIfAbsent(String path, byte[] bytes) throws IOException;

  /** Puts a small file with all its bytes in the place of what is there, if anything. */
  void replace(String path, byte[] bytes) throws IOException;

  /**
   * The bytes of a small file.
   *
   * @throws java.io.FileNotFoundException if there is none
   */
  default byte[] read(String path) throws IOException {
    try (ReadableFile file = open(path)) {
      byte[] bytes = new byte[Math.toIntExact(file.lengthBytes())];
      file.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    }
  }

  /**
   * Renames a folder; the place must be free.
   *
   * @return false if something with bytes is there already
   */
  boolean rename(String from, String to) throws IOException;

  /** Removes a file, or a folder and all below it; does nothing if there is none. */
  void delete(String path) throws IOException;
}
