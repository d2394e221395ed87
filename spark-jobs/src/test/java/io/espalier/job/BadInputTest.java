package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is wrong with a configuration or its surroundings is refused before anything is done: one
 * sentence with key or path, value, rule and what would work, and nothing written.
 */
@Timeout(60)
class BadInputTest {
  @TempDir private static Path folder;
  private static TinyExperiment tiny;

  @BeforeAll
  static void writeTheExperiment() throws IOException {
    tiny = TinyExperiment.in(folder);
    Files.createDirectories(folder.resolve("empty/law"));
    Files.createDirectories(folder.resolve("hidden/law"));
    Files.createFile(folder.resolve("hidden/law/.documents.jsonl"));
    Files.createDirectories(folder.resolve("binary/law"));
    Files.write(folder.resolve("binary/law/documents.jsonl"), new byte[] {(byte) 0xD9, 0, 1, '\n'});
  }

  /** One mistake and the sentence about it. */
  private record Mistake(String key, String value, String sentence) {
    @Override
    public String toString() {
      return key + "=" + value;
    }
  }

  private static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "training.stepps", "3", "training.stepps is not a key; did you mean training.steps?"),
        new Mistake(
            "training.steps", "many", "training.steps is \"many\" but must be a whole number"),
        new Mistake("training.steps", "0", "training.steps is 0 but must be positive"),
        new Mistake(
            "training.micro_batch_sequences",
            "4",
            "training.global_batch_sequences is 6 but must be divisible by micro_batch_sequences (4); a micro-batch of 3 works"),
        new Mistake(
            "model.heads",
            "3",
            "model.hidden_size is 16 but must be divisible by heads (3); 15 would work"),
        new Mistake(
            "training.parallel.shard_optimizer",
            "true",
            "training.parallel.shard_optimizer is true but data_parallel_size is 1, .*"),
        new Mistake(
            "model.attention_dropout",
            "1",
            "model.attention_dropout is 1.0 but must be at least 0 and below 1; 0.1 would work"),
        new Mistake(
            "tokenizer.vocabulary_size",
            "10",
            "tokenizer.vocabulary_size is 10 but must be at least 257 (256 bytes and the end-of-text token)"),
        new Mistake(
            "tokenizer.path",
            "/nowhere/tokenizer.json",
            "tokenizer.path is /nowhere/tokenizer.json but there is no file /nowhere/tokenizer.json; a tokenizer.json as Hugging Face libraries write it would work"),
        new Mistake(
            "training.device", "cuda:999", "training.device is cuda:999 but .*; cpu would work"),
        new Mistake(
            "training.device",
            "tpu",
            "training.device is \"tpu\" but must be auto, cpu or cuda:<number>, such as cuda:0"),
        new Mistake(
            "data.training[0].path",
            "/nowhere",
            "data.training[0].path is /nowhere but there is nothing there.*"),
        new Mistake(
            "data.training[0].path",
            "empty",
            "data.training[0].path is .*/empty but there is no file in it; .* would work"),
        new Mistake(
            "data.training[0].path",
            "hidden",
            "data.training[0].path is .*/hidden but there is no file in it; .* would work"),
        new Mistake(
            "data.training[0].path",
            "binary",
            "data.training[0].path is .*/binary but none of its first records has a text: law/documents.jsonl, record 1: invalid_utf8, .*"),
        new Mistake(
            "model.hidden_size",
            "32768",
            ".* has [0-9,]+ MB free but this run needs [0-9,]+ MB, most of it for checkpoints; free some space, .* or take another --output"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsOneSentenceAndNothingIsWritten(Mistake mistake) {
    Path output = folder.resolve("run");
    assertThatThrownBy(() -> check(output, mistake.toString()))
        .isInstanceOf(ConfigException.class)
        .satisfies(e -> assertThat(e.getMessage()).matches(pattern(mistake.sentence())));
    assertThat(output).doesNotExist();
  }

  @Test
  void whatIsRightIsNotRefused() {
    check(folder.resolve("run"));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void aMissingExperimentFileIsNamed() {
    String file = folder.resolve("nothing.yaml").toString();
    assertThatThrownBy(() -> Experiment.load(file, List.of(), Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The experiment file %s can't be read (NoSuchFileException); give the path of a YAML file such as conf/quickstart.yaml",
            file);
  }

  @Test
  void aFileInTheWayOfTheOutputIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("a-file"), "text");
    assertThatThrownBy(() -> check(file.resolve("run")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The run folder is %s but %s is a file; take another --output",
            file.resolve("run"), file);
    assertThat(file).hasContent("text");
  }

  @Test
  void theOutputOfAnotherExperimentIsLeftAlone() throws IOException {
    Path output = Files.createDirectories(folder.resolve("other"));
    String yaml = tiny.to(output, "seed=21").yaml();
    Files.writeString(output.resolve("experiment.yaml"), yaml);
    assertThatThrownBy(() -> check(output))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "The run folder %s belongs to another experiment: seed is 21 there and 20 here; take another --output",
            output);
    assertThat(output.resolve("experiment.yaml")).hasContent(yaml);
  }

  @Test
  void whereTextComesFromAndGoesToMayDifferFromStartToStart() throws IOException {
    Path output = Files.createDirectories(folder.resolve("renamed"));
    Files.writeString(output.resolve("experiment.yaml"), tiny.to(output, "name=other").yaml());
    check(output);
  }

  /** All that is asked before a run does anything. */
  private static void check(Path output, String... overrides) {
    Experiment experiment = tiny.to(output, overrides);
    Preflight.checkFolder(experiment, new Configuration());
    Preflight.checkDevice(experiment.settings());
    Preflight.checkText(experiment.settings(), new Configuration());
  }

  /** A sentence as a pattern, in which only {@code .*}, {@code [0-9,]+} and the like are more. */
  private static String pattern(String sentence) {
    return sentence
        .replace("(", "\\(")
        .replace(")", "\\)")
        .replace("?", "\\?")
        .replace("training[0]", "training\\[0]");
  }
}
