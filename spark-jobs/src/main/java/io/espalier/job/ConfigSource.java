package io.espalier.job;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Where a configuration file lies: on this machine, or on any Hadoop file system by its URI. */
record ConfigSource(String location, boolean remote, Map<String, String> hadoopSettings) {
  private static final Pattern SCHEME = Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  /** What spark-submit was told of file systems, it puts into the process's properties. */
  private static final String SUBMITTED = "spark.hadoop.";

  static ConfigSource at(String file, Map<String, String> hadoopSettings) {
    boolean remote = SCHEME.matcher(file).matches() && !file.startsWith("file:");
    return new ConfigSource(
        remote
            ? file
            : (file.startsWith("file:") ? Path.of(URI.create(file)) : Path.of(file))
                .toAbsolutePath()
                .normalize()
                .toString(),
        remote,
        hadoopSettings);
  }

  String read() {
    if (remote) {
      ReachableStorage.check("The experiment file", location, configuration());
    }
    try {
      return remote ? readRemote() : Files.readString(Path.of(location));
    } catch (IOException e) {
      throw new ConfigException(
          "The experiment file %s can't be read (%s); give the path of a YAML file such as conf/quickstart.yaml"
              .formatted(location, e.getClass().getSimpleName()),
          e);
    }
  }

  /** A path that the file names: absolute and with a scheme as it is, otherwise from its folder. */
  String resolve(String path) {
    if (path.startsWith("/") || SCHEME.matcher(path).matches()) {
      return path;
    }
    if (remote) {
      return location.substring(0, location.lastIndexOf('/') + 1) + path;
    }
    Path parent = Path.of(location).getParent();
    return (parent == null ? Path.of(path) : parent.resolve(path)).normalize().toString();
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    for (String key : System.getProperties().stringPropertyNames()) {
      if (key.startsWith(SUBMITTED)) {
        configuration.set(key.substring(SUBMITTED.length()), System.getProperty(key));
      }
    }
    hadoopSettings.forEach(configuration::set);
    return configuration;
  }

  private String readRemote() throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
    FileSystem fileSystem = path.getFileSystem(configuration());
    try (InputStream in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
