package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import io.espalier.config.EnvironmentReferences;
import io.espalier.config.Merge;
import io.espalier.config.Overrides;
import io.espalier.config.RunPaths;
import io.espalier.config.TypeDefaults;
import io.espalier.merge.MergeSettings;
import io.espalier.prep.SourceSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * An experiment: what its file says over the reference, and where its run lies. Immutable.
 *
 * @param settings every key resolved and checked
 * @param paths the run folder
 * @param yaml the resolved configuration as it is written to {@code experiment.yaml}; environment
 *     references stay unresolved in it
 */
public record Experiment(ExperimentSettings settings, RunPaths paths, String yaml) {
  private static final String REFERENCE = "reference.yaml";

  /**
   * Reads and checks an experiment; nothing is written.
   *
   * @param file path or URI of the YAML file
   * @param overrides {@code key=value} from the command line
   * @param output the run folder if the command line names one
   * @throws ConfigException at the first mistake
   */
  public static Experiment load(String file, List<String> overrides, Optional<String> output) {
    return load(file, overrides, output, Map.of());
  }

  /**
   * The same from a file system that needs settings of its own, before the file's are known.
   *
   * @param hadoopSettings of the file's file system
   */
  public static Experiment load(
      String file,
      List<String> overrides,
      Optional<String> output,
      Map<String, String> hadoopSettings) {
    ConfigSource source = ConfigSource.at(file, hadoopSettings);
    ObjectNode user = ConfigFile.parse(file, source.read());
    Overrides.apply(user, overrides);
    ObjectNode reference = ConfigFile.parse(REFERENCE, reference());
    completeSources(source, user, reference);
    EnsembleDefaults.complete(user, reference);
    MergeDefaults defaults = MergeDefaults.take(user, reference);
    if (user.get("merge") instanceof ArrayNode merges) {
      merges.forEach(defaults::complete);
    }
    resolvePath(source, user.path("training"), "initial_weights");
    takeTokenizerOfInitialWeights(user);
    resolvePath(source, user.path("tokenizer"));
    ObjectNode resolved = Merge.over(reference, user, ExperimentSettings.class);
    EnvironmentReferences.refuseOutside("hadoop", resolved);
    ExperimentSettings settings = ConfigFile.bind(resolved, ExperimentSettings.class);
    SecretSettings.requireReferences(settings.hadoop());
    String folder =
        output.orElse(settings.output().isEmpty() ? "runs/" + settings.name() : settings.output());
    Experiment experiment =
        new Experiment(settings, RunPaths.of(folder), ConfigFile.toYaml(resolved));
    experiment.hadoopSettings(); // Refuses a variable that isn't set.
    return experiment;
  }

  /** The experiment's name. */
  public String name() {
    return settings.name();
  }

  /** Where file systems are opened without a Spark session: the settings under {@code hadoop}. */
  Configuration hadoopConfiguration() {
    Configuration configuration = new Configuration();
    hadoopSettings().forEach(configuration::set);
    return configuration;
  }

  /** The settings under {@code hadoop} with their secrets: never to be printed or written. */
  Map<String, String> hadoopSettings() {
    Map<String, String> resolved = new TreeMap<>();
    settings
        .hadoop()
        .forEach(
            (key, value) ->
                resolved.put(
                    key, EnvironmentReferences.resolve("hadoop." + key, value, System.getenv())));
    return resolved;
  }

  /**
   * Reads a merge as the section {@code merge} holds them, with the reference's defaults.
   *
   * @param yaml name, method, weights and targets
   */
  public static MergeSettings mergeSettings(String yaml) {
    ObjectNode merge = ConfigFile.parse("merge", yaml);
    ObjectNode reference = ConfigFile.parse(REFERENCE, reference());
    MergeDefaults.take(merge.objectNode(), reference).complete(merge);
    ObjectNode resolved = Merge.over("merge", merge.objectNode(), merge, MergeSettings.class);
    return ConfigFile.bind(resolved, MergeSettings.class);
  }

  /** The section {@code lease} as the reference has it, for who writes without an experiment. */
  static LeaseSettings standardLease() {
    ObjectNode reference = ConfigFile.parse(REFERENCE, reference());
    return ConfigFile.bind(section(reference, "lease"), LeaseSettings.class);
  }

  /** The commented reference of every key. */
  public static String reference() {
    try (InputStream in = Experiment.class.getResourceAsStream(REFERENCE)) {
      if (in == null) {
        throw new IllegalStateException("reference.yaml is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives sources, edits and filters the keys of their defaults that they don't state. */
  private static void completeSources(ConfigSource source, ObjectNode user, ObjectNode reference) {
    ObjectNode userData = section(user, "data");
    ObjectNode referenceData = section(reference, "data");
    JsonNode stated = userData.remove("source_defaults");
    ObjectNode defaults =
        Merge.over(
            "data.source_defaults",
            (ObjectNode) referenceData.remove("source_defaults"),
            stated == null ? user.objectNode() : stated,
            SourceSettings.class);
    TypeDefaults.complete(userData, referenceData, "edits", "edit_defaults");
    TypeDefaults.complete(userData, referenceData, "filters", "filter_defaults");
    resolvePath(source, userData.path("domains").path("clusters"), "model");
    if (userData.path("decontaminate").path("benchmarks") instanceof ArrayNode benchmarks) {
      for (int i = 0; i < benchmarks.size(); i++) {
        benchmarks.set(i, source.resolve(benchmarks.get(i).asText()));
      }
    }
    userData.path("megatron").forEach(corpus -> resolvePath(source, corpus));
    for (String role : List.of("training", "evaluation")) {
      if (userData.get(role) instanceof ArrayNode sources) {
        for (int i = 0; i < sources.size(); i++) {
          String path = "data.%s[%d]".formatted(role, i);
          ObjectNode merged = Merge.over(path, defaults, sources.get(i), SourceSettings.class);
          resolvePath(source, merged);
          resolvePath(source, merged.path("provenance"));
          sources.set(i, merged);
        }
      }
    }
  }

  /** Weights mean nothing without the tokenizer that they were trained with. */
  private static void takeTokenizerOfInitialWeights(ObjectNode user) {
    String folder = user.path("training").path("initial_weights").asText();
    if (!folder.isEmpty() && user.path("tokenizer").path("path").asText().isEmpty()) {
      user.withObject("/tokenizer").put("path", folder + "/" + CheckpointFiles.TOKENIZER);
    }
  }

  private static ObjectNode section(ObjectNode root, String key) {
    return root.get(key) instanceof ObjectNode section ? section : root.objectNode();
  }

  /** A relative path starts at the configuration file's folder. */
  private static void resolvePath(ConfigSource source, JsonNode section) {
    resolvePath(source, section, "path");
  }

  private static void resolvePath(ConfigSource source, JsonNode section, String key) {
    if (section instanceof ObjectNode object && object.path(key).isTextual()) {
      String path = object.get(key).asText();
      if (!path.isEmpty()) {
        object.put(key, source.resolve(path));
      }
    }
  }
}
