package io.espalier.job;

import com.fasterxml.jackson.databind.node.TextNode;
import io.espalier.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The first experiment of somebody who has text and nothing else: as much YAML as a newcomer needs,
 * fitted to what the text's folder looks like.
 *
 * @param file where it will lie
 * @param name of the experiment
 * @param text absolute path of the text
 * @param domain who belongs where, as YAML
 * @param experts how many experts there will be
 */
public record StarterExperiment(Path file, String name, Path text, String domain, int experts) {
  private static final String TEMPLATE = "starter.yaml";
  private static final String FILE = "espalier.yaml";

  /** Where no folders say what belongs together, so many clusters do. */
  private static final int CLUSTERS = 4;

  /** Sequences of an update, at least: what the reference has, made divisible among the experts. */
  private static final int BATCH_SEQUENCES = 16;

  /** Larger batches are accumulated, expert by expert. */
  private static final int LARGEST_MICRO_BATCH = 32;

  /**
   * Looks at the text; nothing is written.
   *
   * @param folder of the experiment
   * @param text a file or folder on this machine
   * @throws ConfigException if there is no text
   */
  public static StarterExperiment of(Path folder, Path text) {
    Path root = text.toAbsolutePath().normalize();
    if (!Files.exists(root)) {
      throw new ConfigException(
          "--text is %s but there is no such file or folder on this machine; text elsewhere goes into data.training of the written file"
              .formatted(text));
    }
    Path home = folder.toAbsolutePath().normalize();
    String name = home.getFileName() == null ? "experiment" : home.getFileName().toString();
    List<Path> domains = Files.isDirectory(root) ? foldersWithFiles(root) : List.of();
    boolean sorted = domains.size() > 1 && !hasFiles(root);
    return new StarterExperiment(
        folder.resolve(FILE),
        name,
        root,
        sorted ? "{type: source_folder}" : "{type: cluster, clusters: %d}".formatted(CLUSTERS),
        sorted ? domains.size() : CLUSTERS);
  }

  /**
   * Writes it.
   *
   * @return its file
   * @throws ConfigException if that is there already
   */
  public Path write() {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.writeString(file, yaml(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new ConfigException(
          "%s exists already and is not overwritten; another folder, or the file moved away, would work"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** The experiment's text. */
  public String yaml() {
    int expertSequences = (BATCH_SEQUENCES + experts - 1) / experts;
    int batch = Math.multiplyExact(expertSequences, experts);
    return template()
        .replace("{name}", quoted(name))
        .replace("{text}", quoted(text.toString()))
        .replace("{domain}", domain)
        .replace("{batch}", Integer.toString(batch))
        .replace(
            "{micro_batch}",
            Integer.toString(batch <= LARGEST_MICRO_BATCH ? batch : expertSequences));
  }

  private static List<Path> foldersWithFiles(Path root) {
    return children(root).stream()
        .filter(Files::isDirectory)
        .filter(StarterExperiment::hasFilesBelow)
        .toList();
  }

  private static boolean hasFiles(Path folder) {
    return children(folder).stream().anyMatch(Files::isRegularFile);
  }

  private static boolean hasFilesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.anyMatch(Files::isRegularFile);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  /**
   * What preparation would look at: names that begin with a dot or an underscore are passed over.
   */
  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(child -> !child.getFileName().toString().matches("[._].*")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  /** YAML takes JSON's strings; plain ones read better. */
  private static String quoted(String value) {
    return value.matches("[A-Za-z/][A-Za-z0-9/._-]*") ? value : TextNode.valueOf(value).toString();
  }

  private static String template() {
    try (InputStream in = StarterExperiment.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException(TEMPLATE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
