package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.TensorType;
import io.espalier.torch.Precision;
import io.espalier.train.MetricsRow;
import io.espalier.train.ModelFiles;
import io.espalier.train.ProofDifference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code espalier prove} measures rounding where all is well, and much more where it isn't. */
final class ProofOfBrokenExchangeTest {
  private static final Gpt2 GPT2 = new Gpt2(2, 32, 4);
  private static final int VOCABULARY = 61;
  private static final int LENGTH = 8;
  private static final int SEQUENCES = 4;
  private static final int STEPS = 3;

  @TempDir private Path folder;

  /** What one training left: a row for every update, and weights. */
  private record Trained(List<MetricsRow> rows, Checkpoint checkpoint) {}

  @Test
  void whatIsWholeDiffersByRounding() throws Exception {
    ProofDifference difference = difference(Set.of());
    assertThat(difference.loss()).isLessThan(1e-5);
    assertThat(difference.gradientNorm()).isLessThan(1e-4);
    assertThat(difference.parameters()).isLessThan(2e-2);
  }

  @ParameterizedTest
  @EnumSource(Site.class)
  void whatIsBrokenDiffersByMuchMore(Site site) throws Exception {
    ProofDifference difference = difference(EnumSet.of(site));
    assertThat(
            Math.max(
                difference.gradientNorm() / 1e-4,
                Math.max(difference.loss() / 1e-5, difference.parameters() / 2e-2)))
        .as(difference.toString())
        .isGreaterThan(1);
    assertThat(difference.tensor()).startsWith("transformer.");
  }

  private ProofDifference difference(Set<Site> broken) throws Exception {
    Trained parallel =
        new RankThreads(2, 1, true)
            .run(
                ranks ->
                    train("parallel-" + ranks.tensor().rank(), ranks, Precision.FLOAT32, broken))
            .get(0);
    Trained serial = train("serial", Ranks.serial(), Precision.FLOAT64, Set.of());
    try (var ours = parallel.checkpoint.tensors(ModelFiles.WEIGHTS);
        var theirs = serial.checkpoint.tensors(ModelFiles.WEIGHTS)) {
      return ProofDifference.between(parallel.rows, ours, serial.rows, theirs);
    }
  }

  private Trained train(String name, Ranks ranks, Precision precision, Set<Site> broken) {
    ModelOptions options = new ModelOptions(precision, false, "cpu", 1);
    List<MetricsRow> rows = new ArrayList<>();
    try (LanguageModel model =
        new Gpt2Model(GPT2, VOCABULARY, LENGTH, Architecture.NO_TOKEN, options, ranks, broken)) {
      model.initialize(20);
      for (int step = 0; step < STEPS; step++) {
        TokenBatch batch = ModelNumbers.batch(100 + step, SEQUENCES, LENGTH, VOCABULARY);
        double loss = model.addLastGradients(batch, 1.0 / batch.unmaskedTargets());
        double norm = model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 0.5, 1e-3, step + 1));
        rows.add(new MetricsRow(step + 1, 0, loss, norm, 1e-3, 1, 1));
      }
      return new Trained(rows, saved(name, model));
    }
  }

  private Checkpoint saved(String name, LanguageModel model) {
    boolean wide = model.precision() == Precision.FLOAT64;
    List<NamedTensor> tensors = new ArrayList<>();
    for (ParameterSpec parameter : model.parameters()) {
      ByteBuffer values = model.get(ParameterState.WEIGHTS, parameter.name());
      ByteBuffer copy = ByteBuffer.allocate(values.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      tensors.add(
          new NamedTensor(
              parameter.name(),
              wide ? TensorType.FLOAT64 : TensorType.FLOAT32,
              parameter.shape(),
              copy.put(values).flip()));
    }
    CheckpointFolder checkpoints = CheckpointFolder.local(folder.resolve(name));
    try (CheckpointWriter writer = checkpoints.begin(STEPS)) {
      writer.tensors(ModelFiles.WEIGHTS, tensors);
      return writer.commit(
          new Provenance(
              "test",
              JsonNodeFactory.instance.objectNode(),
              "test",
              Map.of(),
              List.of(),
              20,
              Hardware.ofThisMachine("cpu")));
    }
  }
}
