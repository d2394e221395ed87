package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A run's folder belongs to one experiment: whose it is stands in {@code experiment.yaml}. */
final class RunFolder {
  /** Sections that may differ from start to start: they say where, not what. */
  private static final Set<String> NOT_COMPARED = Set.of("hadoop", "output", "name");

  /** What Spark needs for shuffles and Delta for logs, beside what is kept. */
  private static final long WORKING_BYTES = 200L << 20;

  private RunFolder() {}

  /**
   * Refuses a folder that belongs to another experiment or has no room; writes nothing.
   *
   * @param configuration of the file system
   */
  static void check(Experiment experiment, Configuration configuration) {
    existing(experiment, configuration).ifPresent(there -> requireSame(experiment, there));
    experiment.paths().localRoot().ifPresent(root -> requireRoom(experiment, root));
  }

  /** Writes {@code experiment.yaml} unless it is there. */
  static void claim(Experiment experiment, Configuration configuration) {
    if (existing(experiment, configuration).isPresent()) {
      return;
    }
    Path path = new Path(experiment.paths().experiment());
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      try (OutputStream out = fileSystem.create(path, false)) {
        out.write(experiment.yaml().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new ConfigException(
          "The run folder %s can't be written (%s); take another --output"
              .formatted(experiment.paths().root(), e.getMessage()),
          e);
    }
  }

  private static Optional<ObjectNode> existing(Experiment experiment, Configuration configuration) {
    Path path = new Path(experiment.paths().experiment());
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      if (!fileSystem.exists(path)) {
        return Optional.empty();
      }
      try (InputStream in = fileSystem.open(path)) {
        String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        return Optional.of(ConfigFile.parse(path.toString(), yaml));
      }
    } catch (IOException e) {
      throw new ConfigException(
          "The run folder %s can't be read (%s)"
              .formatted(experiment.paths().root(), e.getMessage()),
          e);
    }
  }

  private static void requireSame(Experiment experiment, ObjectNode there) {
    ObjectNode here = ConfigFile.parse("experiment.yaml", experiment.yaml());
    here.remove(NOT_COMPARED);
    ObjectNode kept = there.deepCopy();
    kept.remove(NOT_COMPARED);
    firstDifference("", kept, here)
        .ifPresent(
            difference -> {
              throw new ConfigException(
                  "The run folder %s belongs to another experiment: %s; take another --output"
                      .formatted(experiment.paths().root(), difference));
            });
  }

  private static Optional<String> firstDifference(String path, JsonNode there, JsonNode here) {
    if (there.equals(here)) {
      return Optional.empty();
    }
    if (there.isObject() && here.isObject()) {
      Set<String> keys = new TreeSet<>();
      there.fieldNames().forEachRemaining(keys::add);
      here.fieldNames().forEachRemaining(keys::add);
      for (String key : keys) {
        String inner = path.isEmpty() ? key : path + "." + key;
        Optional<String> difference = firstDifference(inner, there.path(key), here.path(key));
        if (difference.isPresent()) {
          return difference;
        }
      }
    }
    return Optional.of("%s is %s there and %s here".formatted(path, shown(there), shown(here)));
  }

  private static String shown(JsonNode node) {
    return node.isMissingNode() ? "not given" : node.toString();
  }

  private static void requireRoom(Experiment experiment, java.nio.file.Path root) {
    java.nio.file.Path existing = root;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return;
    }
    long needed = WORKING_BYTES + CheckpointBudget.of(experiment.settings()).bytes();
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      if (free < needed) {
        throw new ConfigException(
            "%s has %,d MB free but this run keeps checkpoints of %,d MB; free some space, lower training.keep_checkpoints, or take another --output"
                .formatted(existing, free >> 20, needed >> 20));
      }
      if (!Files.isWritable(existing)) {
        throw new ConfigException("%s can't be written; take another --output".formatted(existing));
      }
    } catch (IOException e) {
      throw new ConfigException("%s can't be inspected: %s".formatted(existing, e), e);
    }
  }
}
