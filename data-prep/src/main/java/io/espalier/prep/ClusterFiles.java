package io.espalier.prep;

import io.espalier.cluster.ClusterModels;
import io.espalier.cluster.ClusterQuality;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.table.TextFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The cluster models of a run, a folder for each version of its documents: {@code
 * clusters/<fingerprint>/model.json}, {@code quality.json} where labels were known, and {@code
 * manifest.json}, which has the hash of each and is written last. Without it there is no model.
 */
public final class ClusterFiles {
  private static final String MODEL = "model.json";
  private static final String QUALITY = "quality.json";
  private static final String MANIFEST = "manifest.json";

  private final Configuration configuration;
  private final Path folder;

  /** SHA-256 of each file by name. */
  record Manifest(String fingerprint, SortedMap<String, String> files) {}

  /**
   * Those of some documents.
   *
   * @param fingerprint of the table {@code documents}
   */
  public ClusterFiles(Configuration configuration, RunPaths paths, String fingerprint) {
    this.configuration = configuration;
    this.folder =
        new Path(
            paths.root()
                + "/clusters/"
                + fingerprint.substring(0, Math.min(16, fingerprint.length())));
  }

  /** Where the model lies, for {@code data.domains.clusters.model} of another run. */
  public String modelPath() {
    return new Path(folder, MODEL).toString();
  }

  /**
   * The models; nothing if the domains were made without any.
   *
   * @throws FormatException if they are damaged
   */
  public Optional<ClusterModels> models() {
    return verified(MODEL).map(json -> ClusterModels.parse(modelPath(), json));
  }

  /** How the domains agree with known labels; nothing if nobody asked. */
  public Optional<ClusterQuality> quality() {
    return verified(QUALITY).map(json -> Fingerprint.parse(json, ClusterQuality.class));
  }

  /** Puts models and quality in the place of what was there. */
  void write(ClusterModels models, Optional<ClusterQuality> quality) {
    SortedMap<String, String> files = new TreeMap<>();
    try {
      folder.getFileSystem(configuration).delete(new Path(folder, MANIFEST), false);
      if (!models.models().isEmpty()) {
        files.put(MODEL, write(MODEL, models.json()));
      }
      if (quality.isPresent()) {
        files.put(QUALITY, write(QUALITY, ClusterModels.ofJson(quality.get())));
      }
      write(MANIFEST, Fingerprint.json(new Manifest(models.fingerprint(), files)));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the clusters to " + folder, e);
    }
  }

  /**
   * A model that a user names.
   *
   * @throws ConfigException if there is no such file
   */
  static String given(Configuration configuration, String location) {
    try {
      return TextFile.read(configuration, new Path(location))
          .orElseThrow(() -> notThere(location, "is not there"));
    } catch (UncheckedIOException e) {
      throw notThere(location, "can't be read: " + e.getCause());
    }
  }

  private static ConfigException notThere(String location, String why) {
    return new ConfigException(
        ("data.domains.clusters.model is %s but that %s; the file clusters/…/%s in the folder of a"
                + " run with clusters would work")
            .formatted(location, why, MODEL));
  }

  private Optional<String> verified(String name) {
    Optional<String> manifest = TextFile.read(configuration, new Path(folder, MANIFEST));
    String expected =
        manifest
            .map(json -> Fingerprint.parse(json, Manifest.class).files().getOrDefault(name, ""))
            .orElse("");
    if (expected.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> text = TextFile.read(configuration, new Path(folder, name));
    if (!text.map(Fingerprint::ofText).orElse("").equals(expected)) {
      throw new FormatException(
          "%s isn't the file that its manifest names; preparing into another output folder would make it anew"
              .formatted(new Path(folder, name)));
    }
    return text;
  }

  private String write(String name, String text) {
    TextFile.write(configuration, new Path(folder, name), text);
    return Fingerprint.ofText(text);
  }
}
