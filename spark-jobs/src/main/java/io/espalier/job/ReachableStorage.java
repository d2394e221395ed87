package io.espalier.job;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;

/**
 * Asks a file system once, impatiently, whether it answers: Hadoop's clients repeat what fails for
 * minutes, which is right in the middle of a run and wrong before one.
 */
final class ReachableStorage {
  private static final int PATIENCE_SECONDS = 20;

  /** Hadoop's clients by these settings give up at the first refusal, in seconds. */
  private static final Map<String, String> IMPATIENT =
      Map.ofEntries(
          Map.entry("fs.s3a.attempts.maximum", "1"),
          Map.entry("fs.s3a.retry.limit", "1"),
          Map.entry("fs.s3a.retry.interval", "100ms"),
          Map.entry("fs.s3a.connection.establish.timeout", "5s"),
          Map.entry("fs.s3a.connection.timeout", "10s"),
          Map.entry("fs.s3a.connection.request.timeout", "10s"),
          Map.entry("ipc.client.connect.max.retries", "1"),
          Map.entry("ipc.client.connect.max.retries.on.timeouts", "1"),
          Map.entry("ipc.client.connect.timeout", "5000"));

  private ReachableStorage() {}

  /**
   * Refuses a location whose file system isn't there, doesn't answer, or doesn't let this user in.
   * Whether anything lies at the location is another question.
   *
   * @param key that names the location, for the message
   * @param location a path or URI; a local one is passed over
   */
  static void check(String key, String location, Configuration configuration) {
    check(key, location, configuration, PATIENCE_SECONDS);
  }

  static void check(String key, String location, Configuration configuration, int patienceSeconds) {
    if (location.isEmpty() || location.startsWith("file:")) {
      return;
    }
    FutureTask<Boolean> question = new FutureTask<>(() -> ask(location, configuration));
    Thread asking = new Thread(question, "reachable-storage");
    asking.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    asking.setDaemon(true);
    asking.start();
    try {
      question.get(patienceSeconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw refused(key, location, e.getCause() == null ? e : e.getCause(), configuration);
    } catch (TimeoutException e) {
      String problem = "it doesn't answer within %d seconds".formatted(patienceSeconds);
      throw new ConfigException(sentence(key, location, problem), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("Interrupted while asking " + location, e));
    }
  }

  private static boolean ask(String location, Configuration configuration) throws IOException {
    Configuration impatient = new Configuration(configuration);
    IMPATIENT.forEach(impatient::set);
    Path path = new Path(location);
    // A new one: the shared one is to be opened later, with the run's own patience.
    try (FileSystem fileSystem = FileSystem.newInstance(path.toUri(), impatient)) {
      return exists(fileSystem, path);
    }
  }

  /** S3's answer to the question whether there is a file has no words; a listing's refusal does. */
  private static boolean exists(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.exists(path);
    } catch (AccessDeniedException e) {
      try {
        fileSystem.listStatus(path);
      } catch (IOException inWords) {
        e.addSuppressed(inWords);
      }
      throw e;
    }
  }

  private static ConfigException refused(
      String key, String location, Throwable failure, Configuration configuration) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    if (root instanceof ClassNotFoundException || root instanceof NoClassDefFoundError) {
      return new ConfigException(
          "%s is %s but the class path lacks %s; for s3a, --conf spark.jars.packages=org.apache.hadoop:hadoop-aws:%s would add it"
              .formatted(key, location, missingClass(root), VersionInfo.getVersion()),
          failure);
    }
    return S3Refusal.of(failure, location, configuration)
        .map(known -> sentence(key, location, known.problem(), known.remedy()))
        .map(known -> new ConfigException(known, failure))
        .orElseGet(() -> new ConfigException(sentence(key, location, firstLine(failure)), failure));
  }

  private static String sentence(String key, String location, String problem) {
    String remedy =
        location.startsWith("s3a:")
            ? "an endpoint and credentials under hadoop ('fs.s3a.endpoint', 'fs.s3a.access.key', 'fs.s3a.secret.key') would work"
            : location.matches("s3n?:.*")
                ? "the same with s3a:// would work"
                : "a path on a file system that this machine reaches would work";
    return sentence(key, location, problem, remedy);
  }

  private static String sentence(String key, String location, String problem, String remedy) {
    return "%s is %s but it can't be read: %s; %s".formatted(key, location, problem, remedy);
  }

  private static String missingClass(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .replaceFirst("^Class (\\S+) not found$", "$1")
        .replace('/', '.');
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .findFirst()
        .map(line -> line.replaceFirst("; For more details see:.*", ""))
        .orElse(failure.getClass().getSimpleName());
  }
}
