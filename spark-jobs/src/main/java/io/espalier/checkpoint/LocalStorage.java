package io.espalier.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of this machine, through java.nio: reads go straight into direct buffers, and Hadoop's
 * hidden checksum files stay away from folders that people open.
 */
record LocalStorage(Path folder) implements Storage {
  LocalStorage {
    folder = folder.toAbsolutePath().normalize();
  }

  @Override
  public String nameOf(String path) {
    return at(path).toString();
  }

  @Override
  public boolean renamesAtomically() {
    return true;
  }

  @Override
  public List<String> list(String path) throws IOException {
    try (Stream<Path> entries = Files.list(at(path))) {
      return entries.map(e -> String.valueOf(e.getFileName())).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  @Override
  public boolean exists(String path) {
    return Files.exists(at(path));
  }

  @Override
  public Instant modified(String path) throws IOException {
    return Files.getLastModifiedTime(at(path)).toInstant();
  }

  @Override
  public ReadableFile open(String path) throws IOException {
    return open(at(path));
  }

  static ReadableFile open(Path file) throws IOException {
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      return new Reading(file.toString(), channel.size(), channel);
    } catch (NoSuchFileException e) {
      throw (IOException) new FileNotFoundException(file + " does not exist").initCause(e);
    }
  }

  @Override
  public WritableFile create(String path) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.resolveSibling(""));
    return new Writing(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public Optional<WritableFile> reopen(String path, long keptBytes) throws IOException {
    FileChannel channel = FileChannel.open(at(path), StandardOpenOption.WRITE);
    channel.truncate(keptBytes).position(keptBytes);
    return Optional.of(new Writing(channel));
  }

  @Override
  public Optional<Closeable> lock(String path) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.resolveSibling(""));
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public boolean putIfAbsent(String path, byte[] bytes) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.resolveSibling(""));
    Path temporary = Files.createTempFile(file.resolveSibling(""), ".put-", "");
    try {
      Files.write(temporary, bytes);
      Files.createLink(file, temporary); // Unlike a rename, it fails if the place is taken.
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.delete(temporary);
    }
  }

  @Override
  public void replace(String path, byte[] bytes) throws IOException {
    Path file = at(path);
    Files.createDirectories(file.resolveSibling(""));
    Path temporary = Files.createTempFile(file.resolveSibling(""), ".put-", "");
    Files.write(temporary, bytes);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean rename(String from, String to) throws IOException {
    try {
      Files.move(at(from), at(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // rename(2) onto a folder with files fails; java.nio has no exception class for ENOTEMPTY.
      if (Files.exists(at(to)) && Files.exists(at(from))) {
        return false;
      }
      throw e;
    }
    syncFolder();
    return true;
  }

  @Override
  public void delete(String path) throws IOException {
    if (!Files.exists(at(path))) {
      return;
    }
    try (Stream<Path> below = Files.walk(at(path))) {
      for (Path file : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Makes a rename itself safe from a power cut; not every system lets a folder be opened. */
  private void syncFolder() {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // The rename has happened; only its durability is left to the file system.
    }
  }

  private Path at(String path) {
    return path.isEmpty() ? folder : folder.resolve(path);
  }

  private record Reading(String name, long lengthBytes, FileChannel channel)
      implements ReadableFile {
    @Override
    public void read(long position, ByteBuffer destination) throws IOException {
      long next = position;
      while (destination.hasRemaining()) {
        int count = channel.read(destination, next);
        if (count < 0) {
          throw new EOFException("%s ends at byte %d".formatted(name, next));
        }
        next += count;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private record Writing(FileChannel channel) implements WritableFile {
    @Override
    public int write(ByteBuffer source) throws IOException {
      int bytes = source.remaining();
      while (source.hasRemaining()) {
        channel.write(source);
      }
      return bytes;
    }

    @Override
    public void sync() throws IOException {
      channel.force(true);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
