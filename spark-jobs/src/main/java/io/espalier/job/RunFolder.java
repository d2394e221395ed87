package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import io.espalier.config.RunPaths;
import io.espalier.table.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** A run's folder belongs to one experiment: whose it is stands in {@code experiment.yaml}. */
final class RunFolder {
  /**
   * Sections that may differ from start to start: they say where, not what, or they add to what is
   * there: trials know what they were trained with, and figures are computed anew.
   */
  private static final Set<String> NOT_COMPARED =
      Set.of("hadoop", "output", "name", "study", "evaluation", "update", "lease");

  /** Of the training: who meets a spike may start again with a guard; its decisions are kept. */
  private static final String STABILITY = "stability";

  /** What Spark needs for shuffles and Delta for logs, beside what is kept. */
  private static final long WORKING_BYTES = 200L << 20;

  /** What has sources, under {@code data}. */
  private static final List<String> SOURCES = List.of("training", "evaluation");

  /** Of sources: what is stated of texts for the report changes none of them. */
  private static final Set<String> STATED = Set.of("licence", "url", "provenance");

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

  /** Whether anything was trained in it: what that was trained on must stay as it is. */
  static boolean hasCheckpoints(Experiment experiment, Configuration configuration) {
    Path checkpoints = new Path(experiment.paths().checkpoint(""));
    try {
      FileSystem fileSystem = checkpoints.getFileSystem(configuration);
      if (!fileSystem.exists(checkpoints)) {
        return false;
      }
      RemoteIterator<LocatedFileStatus> files = fileSystem.listFiles(checkpoints, true);
      while (files.hasNext()) {
        if (files.next().getPath().getName().equals(CheckpointFiles.MANIFEST)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + checkpoints, e);
    }
  }

  /**
   * Gives the folder up, so that the same folder can be used with what a refusal asks for to be
   * changed; called only where nothing was trained.
   */
  static void release(Experiment experiment, Configuration configuration) {
    Path path = new Path(experiment.paths().experiment());
    try {
      path.getFileSystem(configuration).delete(TextFile.sealOf(path), false);
      path.getFileSystem(configuration).delete(path, false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + path, e);
    }
  }

  /**
   * Writes {@code experiment.yaml} unless it is there.
   *
   * @param beforeWriting run before it is
   */
  static void claim(Experiment experiment, Configuration configuration, Runnable beforeWriting) {
    if (existing(experiment, configuration).isPresent()) {
      return;
    }
    beforeWriting.run();
    Path path = new Path(experiment.paths().experiment());
    try {
      FileSystem fileSystem = path.getFileSystem(configuration);
      try (OutputStream out = fileSystem.create(path, false)) {
        out.write(experiment.yaml().getBytes(StandardCharsets.UTF_8));
      }
      TextFile.seal(configuration, path, experiment.yaml());
    } catch (IOException e) {
      throw new ConfigException(
          "The run folder %s can't be written (%s); take another --output"
              .formatted(shown(experiment), e.getMessage()),
          e);
    }
  }

  private static String shown(Experiment experiment) {
    return RunPaths.shown(experiment.paths().root());
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
        TextFile.verify(configuration, path, yaml);
        return Optional.of(ConfigFile.parse(path.toString(), yaml));
      }
    } catch (IOException e) {
      throw new ConfigException(
          "The run folder %s can't be read (%s); take another --output"
              .formatted(shown(experiment), e.getMessage()),
          e);
    }
  }

  private static void requireSame(Experiment experiment, ObjectNode there) {
    ObjectNode here = ConfigFile.parse("experiment.yaml", experiment.yaml());
    ObjectNode defaults = ConfigFile.parse("reference.yaml", Experiment.reference());
    ObjectNode data = (ObjectNode) defaults.path("data");
    SOURCES.forEach(role -> data.set(role, data.path("source_defaults")));
    firstDifference("", compared(there), compared(here), defaults)
        .ifPresent(
            difference -> {
              throw new ConfigException(
                  "The run folder %s belongs to another experiment: %s; take another --output"
                      .formatted(shown(experiment), difference));
            });
  }

  private static ObjectNode compared(ObjectNode experiment) {
    ObjectNode compared = experiment.deepCopy();
    compared.remove(NOT_COMPARED);
    if (compared.get("training") instanceof ObjectNode training) {
      training.remove(STABILITY);
    }
    for (String role : SOURCES) {
      for (JsonNode source : compared.path("data").path(role)) {
        ((ObjectNode) source).remove(STATED);
      }
    }
    return compared;
  }

  /**
   * A key that an older version of the code didn't know had its default.
   *
   * @param defaults of a mapping its own, of a list those of each element
   */
  private static Optional<String> firstDifference(
      String path, JsonNode there, JsonNode here, JsonNode defaults) {
    if (there.equals(here) || (there.isMissingNode() && here.equals(defaults))) {
      return Optional.empty();
    }
    if (there.isObject() && here.isObject()) {
      Set<String> keys = new TreeSet<>();
      there.fieldNames().forEachRemaining(keys::add);
      here.fieldNames().forEachRemaining(keys::add);
      return keys.stream()
          .flatMap(
              key ->
                  firstDifference(
                      path.isEmpty() ? key : path + "." + key,
                      there.path(key),
                      here.path(key),
                      defaults.path(key))
                      .stream())
          .findFirst();
    }
    if (there.isArray() && here.isArray() && there.size() == here.size()) {
      return IntStream.range(0, here.size())
          .boxed()
          .flatMap(
              i ->
                  firstDifference("%s[%d]".formatted(path, i), there.get(i), here.get(i), defaults)
                      .stream())
          .findFirst();
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
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new ConfigException(
          "The run folder is %s but %s %s; take another --output"
              .formatted(
                  shown(experiment),
                  existing,
                  Files.isDirectory(existing) ? "can't be written" : "is a file"));
    }
    long needed = WORKING_BYTES + CheckpointBudget.of(experiment.settings()).bytes();
    try {
      long free = Files.getFileStore(existing).getUsableSpace();
      if (free < needed) {
        throw new ConfigException(
            "%s has %,d MB free but this run needs %,d MB, most of it for checkpoints; free some space, lower training.keep_checkpoints, or take another --output"
                .formatted(existing, free >> 20, needed >> 20));
      }
    } catch (IOException e) {
      throw new ConfigException("%s can't be inspected: %s".formatted(existing, e), e);
    }
  }
}
