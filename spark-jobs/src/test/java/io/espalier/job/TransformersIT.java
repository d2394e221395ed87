package io.espalier.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.text.Tokenizer;
import io.espalier.torch.Precision;
import io.espalier.train.ModelFiles;
import io.espalier.train.ModelSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hugging Face transformers opens every kind of checkpoint as it lies and computes what we compute;
 * a checkpoint that it saved becomes the seed of a forest. In one run, because its environment
 * takes long to make.
 */
@Tag("ecosystem")
@Timeout(1800)
class TransformersIT {
  private static final String SCRIPT = "transformers_checkpoints.py";
  private static final String TEXT = "court shall party agree";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void checkpointsAreOpenedThereAndOneFromThereIsTheSeedHere() throws Exception {
    PythonEnvironment python = PythonEnvironment.open();
    Path run = folder.resolve("run");
    TinyExperiment tiny = TinyExperiment.in(folder);
    Experiment first = tiny.to(run);
    carriedOut(first, spark -> Pipeline.run(spark, first, new RecordedEvents()));
    List<String> kinds = List.of("seed", "experts/law", "dense", "merged/uniform");
    String printed = check(python, run, run, kinds);
    assertThat(printed.lines().filter(line -> line.contains("logits differ"))).hasSize(4);

    Path theirs = folder.resolve("theirs");
    python.script(
        SCRIPT, "make", theirs.toString(), run.resolve("tokenizer/tokenizer.json").toString());
    Path grown = folder.resolve("grown");
    // At this rate and without decay the seed stays what it began with.
    Experiment experiment =
        tiny.to(
            grown,
            "training.initial_weights=" + theirs,
            "training.schedule.peak_learning_rate=1.0e-12",
            "training.optimizer.weight_decay=0");
    assertThat(experiment.settings().tokenizer().path()).isEqualTo(theirs + "/tokenizer.json");
    carriedOut(
        experiment,
        spark -> {
          Pipeline.prepare(spark, experiment, new RecordedEvents());
          Pipeline.trainSeed(spark, experiment, new RecordedEvents());
        });
    // Our logits of our seed, their logits of their checkpoint.
    assertThat(check(python, grown, theirs, List.of("seed"))).contains(theirs.toString());
  }

  private static void carriedOut(Experiment experiment, Consumer<SparkSession> work) {
    SparkSession spark =
        EspalierSession.open(experiment, Optional.of("local[2]"), TinyExperiment.SPARK);
    try {
      work.accept(spark);
    } finally {
      spark.stop();
    }
  }

  /**
   * Has transformers compute what checkpoints of a run compute here.
   *
   * @param opened the run, whose checkpoints are opened there, or one folder for all of them
   */
  private String check(PythonEnvironment python, Path run, Path opened, List<String> kinds)
      throws Exception {
    ArrayNode cases = JSON.createArrayNode();
    for (String kind : kinds) {
      Checkpoint checkpoint =
          CheckpointFolder.local(run.resolve("checkpoints").resolve(kind)).latest().orElseThrow();
      assertThat(new String(checkpoint.bytes("README.md"), UTF_8))
          .contains("## Data", "## Training", "## Provenance", "## Licence");
      Path there =
          opened.equals(run) ? Path.of(checkpoint.location().replaceFirst("^file:", "")) : opened;
      cases.add(expected(run, checkpoint, there));
    }
    Path file = folder.resolve("expected.json");
    JSON.writeValue(file.toFile(), cases);
    return python.script(SCRIPT, "check", file.toString());
  }

  private static ObjectNode expected(Path run, Checkpoint checkpoint, Path there) {
    try (Tokenizer tokenizer =
        RunModel.openTokenizer("file:" + run.resolve("tokenizer"), Map.of())) {
      int[] tokens = tokenizer.encode(TEXT);
      ModelSpec spec = new ModelSpec(new Gpt2(1, 16, 2), tokenizer.vocabularySize(), 16);
      ObjectNode expected = JSON.createObjectNode();
      expected.put("folder", there.toString()).put("text", TEXT);
      assertThat(tokens.length).isLessThanOrEqualTo(16);
      expected.set("tokens", JSON.valueToTree(tokens));
      ArrayNode logits = expected.putArray("logits");
      ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
      try (LanguageModel model = ModelFiles.open(spec, options, checkpoint)) {
        long[] ids = IntStream.of(tokens).asLongStream().toArray();
        for (int length = 1; length <= ids.length; length++) {
          logits.add(JSON.valueToTree(model.nextTokenLogits(Arrays.copyOf(ids, length))));
        }
      }
      return expected;
    }
  }
}
