package io.espalier.prep;

import io.espalier.text.TokenizerFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run's tokenizer on any file system: the two files that Hugging Face libraries
 * read, and {@code provenance.json}, which is removed first and written last. Without it, or where
 * it doesn't fit the files, there is no tokenizer.
 */
final class TokenizerFolder {
  private static final String PROVENANCE_NAME = "provenance.json";

  /**
   * What the files were made from, and their own hashes.
   *
   * @param documentsVersion version of the table {@code documents}; -1 where the tokenizer was
   *     given
   */
  record Provenance(
      String fingerprint, long documentsVersion, String tokenizerSha256, String configSha256) {}

  private final Configuration configuration;
  private final Path folder;

  TokenizerFolder(Configuration configuration, String folder) {
    this.configuration = configuration;
    this.folder = new Path(folder);
  }

  /** The tokenizer, if it is whole and was made from what the fingerprint stands for. */
  Optional<TokenizerFile> completedWith(String fingerprint) {
    Optional<String> provenance = undamaged(PROVENANCE_NAME);
    Optional<String> json = undamaged(TokenizerFile.NAME);
    Optional<String> config = undamaged(TokenizerFile.CONFIG_NAME);
    if (provenance.isEmpty() || json.isEmpty() || config.isEmpty()) {
      return Optional.empty();
    }
    Provenance found = Fingerprint.parse(provenance.get(), Provenance.class);
    Provenance expected =
        provenance(fingerprint, found.documentsVersion(), json.get(), config.get());
    return found.equals(expected)
        ? Optional.of(new TokenizerFile(json.get(), config.get()))
        : Optional.empty();
  }

  /** Puts the tokenizer in the place of what was there. */
  void write(TokenizerFile file, String fingerprint, long documentsVersion) {
    Provenance provenance =
        provenance(fingerprint, documentsVersion, file.json(), file.configJson());
    try {
      fileSystem().delete(new Path(folder, PROVENANCE_NAME), false);
      write(TokenizerFile.NAME, file.json());
      write(TokenizerFile.CONFIG_NAME, file.configJson());
      write(PROVENANCE_NAME, Fingerprint.json(provenance));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the tokenizer to " + folder, e);
    }
  }

  /** A file's text; nothing if there is no such file. */
  Optional<String> read(String name) {
    try (InputStream in = fileSystem().open(new Path(folder, name))) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + new Path(folder, name), e);
    }
  }

  /** As {@link #read}; nothing if the file isn't what the file system once wrote. */
  private Optional<String> undamaged(String name) {
    try {
      return read(name);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ChecksumException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = fileSystem().create(new Path(folder, name), true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private FileSystem fileSystem() throws IOException {
    return folder.getFileSystem(configuration);
  }

  private static Provenance provenance(
      String fingerprint, long documentsVersion, String json, String config) {
    return new Provenance(
        fingerprint, documentsVersion, Fingerprint.ofText(json), Fingerprint.ofText(config));
  }
}
