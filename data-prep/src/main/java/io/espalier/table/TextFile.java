package io.espalier.table;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Small files of text in UTF-8 that lie beside a run's tables, on any Hadoop file system. */
public final class TextFile {
  private TextFile() {}

  /** The whole text; nothing if there is no such file. */
  public static Optional<String> read(Configuration configuration, Path file) {
    try (InputStream in = file.getFileSystem(configuration).open(file)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Writes the text in the place of what was there. */
  public static void write(Configuration configuration, Path file, String text) {
    try (OutputStream out = file.getFileSystem(configuration).create(file, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }
}
