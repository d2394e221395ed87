package io.espalier.config;

import java.nio.file.Path;

/**
 * Where the parts of a run lie: plain strings below one root folder on any Hadoop file system.
 *
 * @param root the run folder as a URI or an absolute path, without a slash at its end
 */
public record RunPaths(String root) implements java.io.Serializable {

  /** Takes a URI as it is; a path without a scheme is made absolute. */
  public static RunPaths of(String folder) {
    boolean hasScheme = folder.matches("^[a-zA-Z][a-zA-Z0-9+.-]+:.*");
    // Hadoop's Path takes its text as it stands: a space encoded as %20 would be a name with %20.
    String root = hasScheme ? folder : "file:" + Path.of(folder).toAbsolutePath().normalize();
    return new RunPaths(root.replaceFirst("/+$", ""));
  }

  /** The resolved configuration. */
  public String experiment() {
    return root + "/experiment.yaml";
  }

  /** A Delta table by name: documents, rejections, sequences, scores, results, metrics, …. */
  public String table(String name) {
    return root + "/tables/" + name;
  }

  /** The folder that holds tokenizer.json and tokenizer_config.json. */
  public String tokenizer() {
    return root + "/tokenizer";
  }

  /** The folder of a checkpoint's steps: seed, dense, expert/legal, merged/uniform. */
  public String checkpoint(String name) {
    return root + "/checkpoints/" + name.replaceFirst("^expert/", "experts/");
  }

  /** The folder of the report. */
  public String report() {
    return root + "/report";
  }

  /** The folder of a lease: {@code run}, or that of a model's training. */
  public String lease(String name) {
    return root + "/leases/" + name;
  }

  /** The folder of log files. */
  public String logs() {
    return root + "/logs";
  }

  /**
   * A location as its reader types it: a local path without {@code file:}, relative where it lies
   * below the working directory; anything else as it is.
   */
  public static String shown(String location) {
    if (!location.startsWith("file:")) {
      return location;
    }
    Path path = Path.of(location.replaceFirst("^file:/*", "/"));
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) && !path.equals(here)
        ? here.relativize(path).toString()
        : path.toString();
  }

  /** The root as a local path, if it lies on this machine's file system. */
  public java.util.Optional<Path> localRoot() {
    return root.startsWith("file:")
        ? java.util.Optional.of(Path.of(root.replaceFirst("^file:/*", "/")))
        : java.util.Optional.empty();
  }
}
