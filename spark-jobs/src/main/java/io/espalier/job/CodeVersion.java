package io.espalier.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Which code made an artefact: version and git commit, as the build recorded them.
 *
 * @param version the Maven version
 * @param commit the git commit, with {@code +changes} where the working tree differed from it
 */
public record CodeVersion(String version, String commit) {

  /** The version of the running code. */
  public static CodeVersion current() {
    Properties git = new Properties();
    try (InputStream in = CodeVersion.class.getResourceAsStream("git.properties")) {
      if (in != null) {
        git.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String commit = git.getProperty("git.commit.id.full", "unknown");
    boolean changed = Boolean.parseBoolean(git.getProperty("git.dirty", "false"));
    return new CodeVersion(
        git.getProperty("git.build.version", "unknown"), changed ? commit + "+changes" : commit);
  }

  /** The same with as much of the commit as people compare. */
  String shortened() {
    return "%s (%s)".formatted(version, commit.replaceFirst("^([0-9a-f]{12})[0-9a-f]+", "$1"));
  }

  @Override
  public String toString() {
    return version + " (" + commit + ")";
  }
}
