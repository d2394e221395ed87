package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.megatron.CorpusWriter;
import io.espalier.megatron.IntegerType;
import io.espalier.table.PinnedSequences;
import io.espalier.table.RejectionRow;
import io.espalier.table.SequenceCounts;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's tokens go out as Megatron's corpora and come in again as another run's. */
class MegatronCorporaSparkTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Experiment text;

  @BeforeAll
  static void prepareText() throws IOException {
    TinyExperiment tiny = TinyExperiment.in(folder);
    text = tiny.to(folder.resolve("run"));
    spark = EspalierSession.open(text, Optional.of("local[2]"), TinyExperiment.SPARK);
    Pipeline.prepare(spark, text, new RecordedEvents());
  }

  @Test
  void whatGoesOutComesInAsTheSameWindowsAndGoesOutAsTheSameBytes() throws IOException {
    List<SequenceCounts> counts = sequences(text).counts();
    StringBuilder corpora = new StringBuilder();
    for (SequenceCounts stream : counts) {
      var written =
          ExportMegatron.run(text, stream.domain(), stream.split(), prefix("out", stream));
      assertThat(written.tokens()).isEqualTo(stream.tokens() + 1);
      corpora.append(
          "    - {path: %s, domain: %s, split: %s}%n"
              .formatted(prefix("out", stream), stream.domain(), stream.split()));
    }
    Experiment tokens = experiment("again", corpora.toString());
    Pipeline.prepare(spark, tokens, new RecordedEvents());

    assertThat(sequences(tokens).counts()).isEqualTo(counts);
    for (SequenceCounts stream : counts) {
      assertThat(windows(tokens, stream)).isEqualTo(windows(text, stream)).isNotEmpty();
      ExportMegatron.run(tokens, stream.domain(), stream.split(), prefix("back", stream));
      for (String ending : List.of(".bin", ".idx")) {
        assertThat(Path.of(prefix("back", stream) + ending))
            .hasSameBinaryContentAs(Path.of(prefix("out", stream) + ending));
      }
    }
    assertThat(RunModel.of(new Run(spark, tokens, new RecordedEvents())).roles())
        .isEqualTo(RunModel.of(new Run(spark, text, new RecordedEvents())).roles());
  }

  @Test
  void aDividedCorpusHasAllSplitsAndWhatHasNoTokenIsRejected() throws IOException {
    List<int[]> documents = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      documents.add(i % 50 == 3 ? new int[0] : new int[] {i % 40, 7, 8 + i % 5, 0});
    }
    write("divided", documents);
    List<String> said = new ArrayList<>();
    Experiment tokens = experiment("divided-run", corpus("divided", "law", "divided"));
    Pipeline.prepare(
        spark,
        tokens,
        new RecordedEvents() {
          @Override
          public void message(String line) {
            said.add(line);
          }
        });

    assertThat(said).contains("megatron: 200 read, 196 kept, 4 rejected (4 no_token)");
    assertThat(sequences(tokens).counts())
        .extracting(SequenceCounts::split)
        .containsExactly("test", "train", "validation");
    assertThat(sequences(tokens).counts().stream().mapToLong(SequenceCounts::tokens).sum())
        .as("three tokens each and one between two")
        .isEqualTo(196 * 4 - 3);
    Table<RejectionRow> rejections =
        Table.at(spark, TableSchema.REJECTIONS, tokens.paths().table("rejections"));
    assertThat(rejections.collect(rejections.latestVersion().orElseThrow()))
        .extracting(RejectionRow::id, RejectionRow::record)
        .contains(org.assertj.core.groups.Tuple.tuple("divided#53", 54L))
        .hasSize(4);
  }

  @Test
  void anIdOutsideTheVocabularyIsRefusedWithFileDocumentAndId() throws IOException {
    write("foreign", List.of(new int[] {1, 2}, new int[] {5, 280}));
    refused(
        experiment("foreign-run", corpus("foreign", "law", "train")),
        "data.megatron[0].path is "
            + folder
            + "/foreign, where document 1 has the token id"
            + " 280, but the tokenizer has a vocabulary of 280;");
  }

  @Test
  void aDomainWithoutANeededSplitIsRefused() throws IOException {
    write("alone", List.of(new int[] {1, 2, 0}));
    refused(
        experiment("alone-run", corpus("alone", "law", "train")),
        "data.megatron[0] has the domain law, which has no document in the split validation;");
  }

  @Test
  void aDomainIsNotTrainedOnHereAndEvaluatedOnThere() throws IOException {
    write("recipes", List.of(new int[] {1, 2, 0}));
    Experiment both =
        load(
            "both",
            "  training: [{path: %s}]%n  evaluation: [{path: %s}]%n  megatron:%n%s"
                .formatted(
                    folder.resolve("text/train"),
                    folder.resolve("text/eval"),
                    corpus("recipes", "recipes", "divided")));
    refused(both, "data.megatron[0] trains on the domain recipes, which data.evaluation has too;");
  }

  @Test
  void corporaNeedTheTokenizerThatTheyWereMadeWith() {
    assertThatThrownBy(
            () ->
                Experiment.load(
                    folder.resolve("tiny.yaml").toString(),
                    List.of("data.megatron=[{path: x, domain: law, split: train}]"),
                    Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("tokenizer.path is empty but data.megatron has corpora");
  }

  private static void refused(Experiment experiment, String message) {
    assertThatThrownBy(() -> Pipeline.prepare(spark, experiment, new RecordedEvents()))
        .satisfies(
            failure -> {
              Throwable cause = failure;
              while (!(cause instanceof ConfigException) && cause.getCause() != null) {
                cause = cause.getCause();
              }
              assertThat(cause).isInstanceOf(ConfigException.class).hasMessageStartingWith(message);
            });
  }

  private static Experiment experiment(String name, String corpora) throws IOException {
    return load(name, "  megatron:%n%s".formatted(corpora));
  }

  private static Experiment load(String name, String data) throws IOException {
    String yaml =
        """
        name: tokens
        data:
          split: {validation_fraction: 0.1, test_fraction: 0.1}
        %stokenizer: {path: %s}
        packing: {sequence_length_tokens: 16}
        model: {layers: 1, hidden_size: 16, heads: 2}
        training: {steps: 6, global_batch_sequences: 6, micro_batch_sequences: 6}
        """
            .formatted(data, folder.resolve("run/tokenizer"));
    Path file = Files.writeString(folder.resolve(name + ".yaml"), yaml);
    return Experiment.load(
        file.toString(), List.of(), Optional.of(folder.resolve(name).toString()));
  }

  private static String corpus(String name, String domain, String split) {
    return "    - {path: %s, domain: %s, split: %s}%n".formatted(name, domain, split);
  }

  private static void write(String name, List<int[]> documents) throws IOException {
    try (var out =
        new CorpusWriter(new Configuration(), folder.resolve(name).toString(), IntegerType.INT64)) {
      for (int[] document : documents) {
        out.add(document, document.length);
      }
      out.finish();
    }
  }

  private static String prefix(String name, SequenceCounts stream) {
    return folder.resolve("%s-%s-%s".formatted(name, stream.domain(), stream.split())).toString();
  }

  private static PinnedSequences sequences(Experiment experiment) {
    return PinnedSequences.openLatest(experiment.paths().table("sequences"), Map.of())
        .orElseThrow();
  }

  private static List<List<Object>> windows(Experiment experiment, SequenceCounts stream) {
    List<List<Object>> windows = new ArrayList<>();
    sequences(experiment)
        .forEach(
            stream.domain(),
            stream.split(),
            w ->
                windows.add(
                    List.of(
                        w.sequenceId(),
                        java.util.HexFormat.of().formatHex(w.tokens()),
                        w.tokenCount(),
                        w.bytes())));
    return windows;
  }
}
