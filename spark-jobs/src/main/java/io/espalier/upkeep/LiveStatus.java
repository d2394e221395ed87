package io.espalier.upkeep;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.espalier.config.RunPaths;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * What a driver says of its work while it is at it, in {@code status/live.json} of the run's
 * folder: one small file in the place of the one before, so that it can be read from any machine at
 * any time. For eyes: nothing that is computed depends on it.
 *
 * @param state running, ended, or failed
 * @param application Spark's name for the application
 * @param process host and process that wrote it
 * @param startedMillis since 1970
 * @param updatedMillis since 1970; a driver at work writes every few seconds
 * @param stages those that ended, oldest first, and then those that run
 * @param messages the newest few lines
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LiveStatus(
    String state,
    String application,
    String process,
    long startedMillis,
    long updatedMillis,
    List<Stage> stages,
    List<String> messages) {

  /** While a driver works. */
  public static final String RUNNING = "running";

  /** It ended, and every stage that had begun was complete. */
  public static final String ENDED = "ended";

  /** It ended within a stage. */
  public static final String FAILED = "failed";

  private static final String FOLDER = "status";
  private static final String NAME = "live.json";
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  /**
   * A stage of the flow.
   *
   * @param description what it does, or what came of it
   * @param state running, finished or skipped
   * @param done units of all its items
   * @param total 0 while it isn't known
   * @param unit what is counted
   * @param perSecond since the stage's first sign of life; 0 while it isn't known
   * @param secondsLeft at that speed; -1 while it isn't known
   * @param items the parts that are at work, such as experts
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Stage(
      String name,
      String description,
      String state,
      long startedMillis,
      long done,
      long total,
      String unit,
      double perSecond,
      double secondsLeft,
      List<Item> items) {}

  /** A part of a stage. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Item(String name, long done, long total, String detail) {}

  /** A driver at work writes every two seconds; a slow store is given some more. */
  private static final long SILENT_MILLIS = 60_000;

  /** Whether a driver that was at work hasn't been heard of for a minute. */
  public boolean isSilent(long nowMillis) {
    return nowMillis - updatedMillis > SILENT_MILLIS;
  }

  /** Whether a driver is at work, as far as is known. */
  public boolean isAtWork(long nowMillis) {
    return state.equals(RUNNING) && !isSilent(nowMillis);
  }

  /** What the run's newest driver said last; nothing if there was none, or it is unreadable. */
  public static Optional<LiveStatus> read(Configuration configuration, RunPaths paths) {
    Path file = new Path(folder(paths), NAME);
    try (InputStream in = raw(configuration, file).open(file)) {
      return Optional.of(JSON.readValue(in.readAllBytes(), LiveStatus.class));
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /**
   * Puts this in the place of what was said before, in one step.
   *
   * @throws IOException if it can't be written; the work goes on without
   */
  public void write(Configuration configuration, RunPaths paths) throws IOException {
    Path file = new Path(folder(paths), NAME);
    Path attempt = new Path(folder(paths), NAME + "." + process.replaceAll("[^A-Za-z0-9.]", "-"));
    FileSystem files = raw(configuration, file);
    // On object stores a put is one step by itself.
    boolean renames = !files.getUri().getScheme().startsWith("s3");
    try (OutputStream out = files.create(renames ? attempt : file, true)) {
      out.write(JSON.writeValueAsBytes(this));
    }
    if (renames) {
      rename(configuration, attempt, file);
    }
  }

  /** A file system's own rename refuses or forgets what lies there; a context's replaces it. */
  private static void rename(Configuration configuration, Path from, Path to) throws IOException {
    if (from.toUri().getScheme() == null || "file".equals(from.toUri().getScheme())) {
      Files.move(
          java.nio.file.Path.of(from.toUri().getPath()),
          java.nio.file.Path.of(to.toUri().getPath()),
          StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    FileContext.getFileContext(from.toUri(), configuration)
        .rename(from, to, Options.Rename.OVERWRITE);
  }

  private static FileSystem raw(Configuration configuration, Path file) throws IOException {
    FileSystem files = file.getFileSystem(configuration);
    return files instanceof ChecksumFileSystem hiding ? hiding.getRawFileSystem() : files;
  }

  private static Path folder(RunPaths paths) {
    return new Path(paths.root(), FOLDER);
  }
}
