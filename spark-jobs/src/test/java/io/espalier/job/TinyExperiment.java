package io.espalier.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An experiment that is over in seconds: generated text of three training domains and one that is
 * never trained on, a model of one layer, three updates of the seed and three of each expert.
 *
 * @param file the YAML file
 * @param text the folder of the generated text
 */
public record TinyExperiment(Path file, Path text) {
  /** The words of each training domain. */
  public static final Map<String, String> TRAINING =
      Map.of(
          "code", "def return import class self for in range print while",
          "law", "court shall party agreement clause liability contract tenant notice term",
          "poems", "moon rose heart night river silent wind song shadow dream");

  /** The words of the domain that is never trained on. */
  public static final Map<String, String> EVALUATION =
      Map.of("recipes", "flour butter sugar oven stir bake salt onion pepper simmer");

  /**
   * Spark's settings that tests on such small tables are faster with, by a third: it would compile
   * code for each query and plan it again after each stage, which pays for itself on tables a
   * thousand times as large. What comes out is the same; PipelineSparkTest and the flows in
   * processes of their own run with Spark's own settings, as users do.
   */
  public static final Map<String, String> SPARK =
      Map.of(
          "spark.ui.enabled", "false",
          "spark.sql.codegen.wholeStage", "false",
          "spark.sql.codegen.factoryMode", "NO_CODEGEN",
          "spark.sql.adaptive.enabled", "false");

  /** Documents of each domain. */
  public static final int DOCUMENTS = 40;

  private static final int WORDS_PER_DOCUMENT = 30;

  private static final String YAML =
      """
      name: tiny
      data:
        training: [{path: text/train}]
        evaluation: [{path: text/eval}]
        split: {validation_fraction: 0.1, test_fraction: 0.1}
      tokenizer: {vocabulary_size: 280}
      packing: {sequence_length_tokens: 16}
      model: {layers: 1, hidden_size: 16, heads: 2}
      training:
        steps: 6
        global_batch_sequences: 6
        micro_batch_sequences: 6
        checkpoint_steps: 1
        metrics_steps: 1
      scoring: {maximum_sequences_per_split: 4, batch_sequences: 4}
      evaluation: {cached_prior_sequences: 4}
      """;

  /** Writes experiment and text into a folder. */
  public static TinyExperiment in(Path folder) throws IOException {
    TRAINING.forEach((domain, words) -> write(folder.resolve("text/train"), domain, words));
    EVALUATION.forEach((domain, words) -> write(folder.resolve("text/eval"), domain, words));
    Path file = Files.writeString(folder.resolve("tiny.yaml"), YAML);
    return new TinyExperiment(file, folder.resolve("text"));
  }

  /** The experiment with its run in {@code output}. */
  public Experiment to(Path output, String... overrides) {
    return Experiment.load(file.toString(), List.of(overrides), Optional.of(output.toString()));
  }

  private static void write(Path folder, String domain, String words) {
    Random random = new Random(domain.hashCode());
    String[] choice = words.split(" ", -1);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      String text =
          IntStream.range(0, WORDS_PER_DOCUMENT)
              .mapToObj(word -> choice[random.nextInt(choice.length)])
              .collect(Collectors.joining(" "));
      lines.add(
          "{\"id\": \"%s-%d\", \"text\": \"%s %d\", \"source\": \"made\"}"
              .formatted(domain, i, text, i));
    }
    try {
      Files.write(
          Files.createDirectories(folder.resolve(domain)).resolve("documents.jsonl"), lines);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
