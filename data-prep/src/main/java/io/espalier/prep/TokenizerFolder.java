package io.espalier.prep;

import io.espalier.config.FormatException;
import io.espalier.table.TextFile;
import io.espalier.text.TokenizerFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
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
   * @param recipe stands for the settings that it was trained with, whatever files there were;
   *     empty where it was given
   */
  record Provenance(
      String fingerprint,
      long documentsVersion,
      String tokenizerSha256,
      String configSha256,
      String recipe) {
    Provenance {
      recipe = Objects.requireNonNullElse(recipe, ""); // Earlier versions didn't note it.
    }
  }

  /** A whole tokenizer with what it was made from. */
  record Found(TokenizerFile file, Provenance provenance) {}

  private final Configuration configuration;
  private final Path folder;

  TokenizerFolder(Configuration configuration, String folder) {
    this.configuration = configuration;
    this.folder = new Path(folder);
  }

  /** The tokenizer, if it is whole and was made from what the fingerprint stands for. */
  Optional<TokenizerFile> completedWith(String fingerprint) {
    return found().filter(f -> f.provenance().fingerprint().equals(fingerprint)).map(Found::file);
  }

  /** The tokenizer, if it is whole. */
  Optional<Found> found() {
    Optional<String> provenance = undamaged(PROVENANCE_NAME);
    Optional<String> json = undamaged(TokenizerFile.NAME);
    Optional<String> config = undamaged(TokenizerFile.CONFIG_NAME);
    if (provenance.isEmpty() || json.isEmpty() || config.isEmpty()) {
      return Optional.empty();
    }
    Provenance found = Fingerprint.parse(provenance.get(), Provenance.class);
    Provenance expected =
        provenance(
            found.fingerprint(),
            found.documentsVersion(),
            json.get(),
            config.get(),
            found.recipe());
    return found.equals(expected)
        ? Optional.of(new Found(new TokenizerFile(json.get(), config.get()), found))
        : Optional.empty();
  }

  /** Puts the tokenizer in the place of what was there. */
  void write(TokenizerFile file, String fingerprint, long documentsVersion, String recipe) {
    Provenance provenance =
        provenance(fingerprint, documentsVersion, file.json(), file.configJson(), recipe);
    try {
      folder.getFileSystem(configuration).delete(new Path(folder, PROVENANCE_NAME), false);
      write(TokenizerFile.NAME, file.json());
      write(TokenizerFile.CONFIG_NAME, file.configJson());
      write(PROVENANCE_NAME, Fingerprint.json(provenance));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the tokenizer to " + folder, e);
    }
  }

  /** A file's text; nothing if there is no such file. */
  Optional<String> read(String name) {
    return TextFile.read(configuration, new Path(folder, name));
  }

  /** As {@link #read}; nothing if the file isn't what the file system once wrote. */
  private Optional<String> undamaged(String name) {
    try {
      return read(name);
    } catch (FormatException e) {
      return Optional.empty();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ChecksumException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void write(String name, String text) {
    TextFile.write(configuration, new Path(folder, name), text);
  }

  private static Provenance provenance(
      String fingerprint, long documentsVersion, String json, String config, String recipe) {
    return new Provenance(
        fingerprint,
        documentsVersion,
        Fingerprint.ofText(json),
        Fingerprint.ofText(config),
        recipe);
  }
}
