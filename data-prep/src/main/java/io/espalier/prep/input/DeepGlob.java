package io.espalier.prep.input;

import java.util.List;
import org.apache.hadoop.fs.GlobPattern;
import org.apache.hadoop.fs.Path;

/**
 * A glob in which a part {@code **} stands for any number of folders, none too; Hadoop's own have
 * no such part. Each other part is one of Hadoop's.
 *
 * @param parts between the slashes
 */
public record DeepGlob(List<String> parts) {
  private static final String ANY_FOLDERS = "**";

  static boolean isOne(Path path) {
    return parts(path.toUri().getPath()).contains(ANY_FOLDERS);
  }

  /** A glob below a folder. */
  public static DeepGlob of(String relativePath) {
    return new DeepGlob(parts(relativePath));
  }

  /** Whether a file's path below that folder fits. */
  public boolean matches(String path) {
    return matches(parts, parts(path));
  }

  private static boolean matches(List<String> globs, List<String> names) {
    if (globs.isEmpty()) {
      return names.isEmpty();
    }
    List<String> otherGlobs = globs.subList(1, globs.size());
    List<String> otherNames = names.isEmpty() ? names : names.subList(1, names.size());
    if (globs.get(0).equals(ANY_FOLDERS)) {
      return matches(otherGlobs, names) || (!names.isEmpty() && matches(globs, otherNames));
    }
    return !names.isEmpty()
        && new GlobPattern(globs.get(0)).matches(names.get(0))
        && matches(otherGlobs, otherNames);
  }

  private static List<String> parts(String path) {
    return List.of(path.split("/", -1));
  }
}
