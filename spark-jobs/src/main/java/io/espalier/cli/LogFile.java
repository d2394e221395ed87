package io.espalier.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The file that takes what is too long for the console: Spark's own log and stack traces. It starts
 * in the folder for temporary files and moves into the run's folder once that is known.
 *
 * <p>The path is a system property, because {@code conf/log4j2.properties} refers to it: it is the
 * one mutable thing here and belongs to the process.
 */
final class LogFile {
  static final String PROPERTY = "espalier.log";

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("'espalier-'yyyyMMdd-HHmmss'.log'", Locale.ROOT);

  private static final AtomicBoolean WANTED = new AtomicBoolean();

  private LogFile() {}

  static Path path() {
    String path = System.getProperty(PROPERTY);
    if (path == null) {
      path =
          Path.of(
                  System.getProperty("java.io.tmpdir"),
                  "espalier-" + ProcessHandle.current().pid() + ".log")
              .toString();
      System.setProperty(PROPERTY, path);
    }
    return Path.of(path);
  }

  /** Somebody was told where the log is: it stays, also where nothing fails. */
  static void keep() {
    WANTED.set(true);
  }

  /** Nothing failed: a temporary log that nobody was told of goes. */
  static void discard() {
    if (!WANTED.get()) {
      try {
        Files.deleteIfExists(path());
      } catch (IOException e) {
        // A leftover in the folder for temporary files does no harm.
      }
    }
  }

  /** From now on the log is a new file in this folder; what was logged before comes along. */
  static void moveTo(Path folder) throws IOException {
    Path before = path();
    Path after =
        Files.createDirectories(folder)
            .resolve(NAME.format(LocalDateTime.now(ZoneId.systemDefault())));
    keep();
    if (Files.exists(before)) {
      Files.move(before, after);
    }
    System.setProperty(PROPERTY, after.toString());
    if (isOurs()) {
      SparkLog.reopen();
    }
  }

  /** Appends a stack trace. A disk that is full must not hide the failure itself. */
  static void record(Throwable failure) {
    StringWriter text = new StringWriter();
    text.append(Instant.now().toString()).append(" FAILED ");
    failure.printStackTrace(new PrintWriter(text, true));
    try {
      Files.writeString(
          path(),
          text.toString(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Whether logging follows our configuration; a cluster's own is left as it is. */
  private static boolean isOurs() {
    return System.getProperty("log4j2.configurationFile", "").endsWith("/conf/log4j2.properties");
  }
}
