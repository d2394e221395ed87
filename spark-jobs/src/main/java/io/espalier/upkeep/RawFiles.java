package io.espalier.upkeep;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Every file of a run as it lies there: Hadoop's checksum files ({@code .name.crc} on local disks),
 * which its file systems hide, are listed too and never consulted. Thread-safe.
 */
final class RawFiles {
  private final FileSystem fileSystem;
  private final Path root;
  private final SortedMap<String, LocatedFileStatus> files;

  private RawFiles(FileSystem fileSystem, Path root, SortedMap<String, LocatedFileStatus> files) {
    this.fileSystem = fileSystem;
    this.root = root;
    this.files = files;
  }

  /** Lists a folder and all below it. */
  static RawFiles of(Configuration configuration, String folder) {
    Path path = new Path(folder);
    try {
      FileSystem checked = path.getFileSystem(configuration);
      FileSystem raw =
          checked instanceof ChecksumFileSystem hiding ? hiding.getRawFileSystem() : checked;
      Path root = raw.makeQualified(path);
      SortedMap<String, LocatedFileStatus> files = new TreeMap<>();
      RemoteIterator<LocatedFileStatus> all = raw.listFiles(root, true);
      String prefix = root.toUri().getPath() + "/";
      while (all.hasNext()) {
        LocatedFileStatus file = all.next();
        files.put(file.getPath().toUri().getPath().substring(prefix.length()), file);
      }
      return new RawFiles(raw, root, files);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  /** Their paths below the folder, sorted. */
  List<String> paths() {
    return List.copyOf(files.keySet());
  }

  /** Those below a folder of it, sorted. */
  List<String> below(String folder) {
    // '0' is the character behind '/'.
    return List.copyOf(files.subMap(folder + "/", folder + "0").keySet());
  }

  boolean has(String path) {
    return files.containsKey(path);
  }

  /** Length in bytes; -1 if there is no such file. */
  long length(String path) {
    LocatedFileStatus file = files.get(path);
    return file == null ? -1 : file.getLen();
  }

  /** When it was last written, in milliseconds since 1970. */
  long modifiedMillis(String path) {
    LocatedFileStatus file = files.get(path);
    return file == null ? 0 : file.getModificationTime();
  }

  /** Opens a file; the caller closes it. */
  InputStream open(String path) throws IOException {
    return fileSystem.open(new Path(root, path));
  }

  /** All bytes of a small file; nothing if it has gone since it was listed. */
  Optional<byte[]> bytes(String path) {
    try (InputStream in = open(path)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }

  /** Removes a file and what Hadoop keeps of it; does nothing if it is gone. */
  void deleteWithChecksums(String path) {
    int name = path.lastIndexOf('/') + 1;
    try {
      fileSystem.delete(new Path(root, path), false);
      String checksums = path.substring(0, name) + "." + path.substring(name) + ".crc";
      if (has(checksums)) {
        fileSystem.delete(new Path(root, checksums), false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path, e);
    }
  }

  /** A location as a path below the folder; nothing if it lies elsewhere. */
  Optional<String> relative(String location) {
    String prefix = root.toUri().getPath() + "/";
    String path = new Path(location).toUri().getPath();
    return path.startsWith(prefix)
        ? Optional.of(path.substring(prefix.length()))
        : Optional.empty();
  }
}
