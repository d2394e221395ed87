package io.espalier.prep.input;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Finds the files of a source. */
public final class InputListing {
  private InputListing() {}

  /**
   * The files of a file, folder or glob on any Hadoop file system, sorted by path; in a glob,
   * {@code **} stands for any number of folders. Files and folders whose names start with a dot or
   * an underscore are passed over, as everywhere in Spark; but a file such as {@code _a-poem.txt},
   * whose name tells a format, is no marker of a job and is read.
   *
   * @throws ConfigException if there is nothing there or it can't be listed; the message starts
   *     with {@code path}
   */
  public static List<InputFile> list(Configuration configuration, String path) {
    try {
      Path root = new Path(path);
      FileSystem fileSystem = root.getFileSystem(configuration);
      List<InputFile> files = new ArrayList<>();
      if (fileSystem.exists(root)) {
        addBelow(fileSystem, fileSystem.getFileStatus(root), root, files);
      } else {
        addMatching(fileSystem, root, files);
      }
      if (files.isEmpty()) {
        throw new ConfigException(
            "path is %s but there is no file in it; a file, a folder with files or a glob such as"
                    .formatted(path)
                + " /data/*/*.jsonl.gz would work");
      }
      files.sort(Comparator.comparing(InputFile::path).thenComparing(InputFile::uri));
      return List.copyOf(files);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          "path is %s but it can't be listed: %s".formatted(path, firstLine(e)), e);
    }
  }

  private static void addMatching(FileSystem fileSystem, Path glob, List<InputFile> files)
      throws IOException {
    if (DeepGlob.isOne(glob)) {
      addMatchingBelow(fileSystem, fileSystem.makeQualified(glob), files);
      return;
    }
    FileStatus[] matches = fileSystem.globStatus(glob);
    if (matches == null || matches.length == 0) {
      throw new ConfigException(
          "path is %s but there is nothing there".formatted(RunPaths.shown(glob.toString())));
    }
    Path root = fileSystem.makeQualified(fixedPart(glob));
    for (FileStatus match : matches) {
      if (!isHidden(relative(match.getPath(), root))) {
        addBelow(fileSystem, match, root, files);
      }
    }
  }

  private static void addMatchingBelow(FileSystem fileSystem, Path glob, List<InputFile> files)
      throws IOException {
    Path root = fixedPart(glob);
    if (!fileSystem.exists(root)) {
      throw new ConfigException(
          "path is %s but there is nothing there".formatted(RunPaths.shown(glob.toString())));
    }
    DeepGlob pattern = DeepGlob.of(relative(glob, root));
    List<InputFile> below = new ArrayList<>();
    addBelow(fileSystem, fileSystem.getFileStatus(root), root, below);
    below.stream().filter(file -> pattern.matches(file.path())).forEach(files::add);
  }

  private static void addBelow(
      FileSystem fileSystem, FileStatus status, Path root, List<InputFile> files)
      throws IOException {
    Path qualifiedRoot = fileSystem.makeQualified(root);
    if (status.isFile()) {
      files.add(file(status, qualifiedRoot));
      return;
    }
    RemoteIterator<LocatedFileStatus> below = fileSystem.listFiles(status.getPath(), true);
    while (below.hasNext()) {
      FileStatus file = below.next();
      if (!isHidden(relative(file.getPath(), fileSystem.makeQualified(status.getPath())))) {
        files.add(file(file, qualifiedRoot));
      }
    }
  }

  private static InputFile file(FileStatus status, Path root) {
    return new InputFile(
        status.getPath().toString(),
        relative(status.getPath(), root),
        status.getLen(),
        status.getModificationTime(),
        entityTag(status));
  }

  private static String entityTag(FileStatus status) {
    return status instanceof EtagSource tagged
        ? Objects.requireNonNullElse(tagged.getEtag(), "")
        : "";
  }

  private static String relative(Path file, Path root) {
    String rootPath = root.toUri().getPath().replaceFirst("/$", "");
    String filePath = file.toUri().getPath();
    return filePath.equals(rootPath) ? file.getName() : filePath.substring(rootPath.length() + 1);
  }

  private static boolean isHidden(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean marker = name.startsWith("_") && RecordFormat.AUTO.of(name) == RecordFormat.AUTO;
    return name.startsWith(".") || marker || path.matches("(.*/)?[._][^/]*/.*");
  }

  /** The folders before the first one with a wildcard. */
  private static Path fixedPart(Path glob) {
    Path fixed = glob;
    for (Path p = glob; p != null && p.getParent() != null; p = p.getParent()) {
      if (p.getName().matches(".*[*?\\[{].*")) {
        fixed = p.getParent();
      }
    }
    return fixed;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
