package io.espalier.table;

import io.espalier.config.FormatException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Small files of text in UTF-8 that lie beside a run's tables, on any Hadoop file system. Beside
 * {@code name} lies its {@linkplain Seal seal}, {@code .name.sha256}, which reading compares.
 */
public final class TextFile {
  private TextFile() {}

  /**
   * The whole text; nothing if there is no such file.
   *
   * @throws FormatException if it isn't the text that its seal is of
   */
  public static Optional<String> read(Configuration configuration, Path file) {
    Optional<String> text = readUnsealed(configuration, file);
    text.ifPresent(found -> verify(configuration, file, found));
    return text;
  }

  /** Writes the text in the place of what was there, and its seal after it. */
  public static void write(Configuration configuration, Path file, String text) {
    Path seal = sealOf(file);
    try {
      // Without a seal the text is taken for what it is; with that of another it would be damaged.
      file.getFileSystem(configuration).delete(seal, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
    writeUnsealed(configuration, file, text);
    seal(configuration, file, text);
  }

  /** Writes the seal of a text that lies there. */
  public static void seal(Configuration configuration, Path file, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writeUnsealed(configuration, sealOf(file), Seal.of(file.getName(), bytes).text());
  }

  /** Where a file's seal lies. */
  public static Path sealOf(Path file) {
    return new Path(file.getParent(), "." + file.getName() + ".sha256");
  }

  /**
   * Compares a text with its file's seal, if there is one.
   *
   * @throws FormatException if they differ
   */
  public static void verify(Configuration configuration, Path file, String text) {
    Path seal = sealOf(file);
    Optional<String> sealed = readUnsealed(configuration, seal);
    if (sealed.isPresent()) {
      String expected =
          Seal.parse(seal.toString(), file.getName(), sealed.get())
              .files()
              .getOrDefault(file.getName(), "");
      if (!Seal.sha256(text.getBytes(StandardCharsets.UTF_8)).equals(expected)) {
        throw new FormatException(
            "%s was changed after it was written: its SHA-256 isn't that in %s"
                .formatted(file, seal.getName()));
      }
    }
  }

  /** Writes a text that has no seal: it can be checked without, or is one. */
  static void writeUnsealed(Configuration configuration, Path file, String text) {
    try (OutputStream out = file.getFileSystem(configuration).create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The whole text, whatever a seal says; nothing if there is no such file. */
  public static Optional<String> readUnsealed(Configuration configuration, Path file) {
    try (InputStream in = file.getFileSystem(configuration).open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
