package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads, memory and the order of experts don't show, whatever the method. */
class MergeMachineryContractTest {
  private static final long MORE_THAN_TWO_CHUNKS = 2L * ChunkWorker.CHUNK_ELEMENTS + 4321;

  @TempDir Path root;

  static Stream<MergeMethod> methods() {
    return MergeMethodContractTest.methods();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void threadsMemoryAndOrderDoNotShow(MergeMethod method) {
    MergedCheckpoints checkpoints = new MergedCheckpoints(root);
    List<Double> weights = MergeMethodContractTest.weights(method);
    List<WeightedExpert> experts = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      String name = "expert/" + i;
      experts.add(new WeightedExpert(name, checkpoints.write(name, tensors(i)), weights.get(i)));
    }
    Optional<WeightedExpert> base =
        Optional.of(new WeightedExpert("seed", checkpoints.write("seed", tensors(99)), 0));
    MergePlan plan = new MergePlan(experts, base, method);
    Checkpoint first =
        checkpoints.merge("first", plan, new StreamingMerger.Memory(1, 1 << 20, 1 << 30));
    List<StreamingMerger.Memory> memories =
        List.of(
            new StreamingMerger.Memory(3, 8192, 0),
            new StreamingMerger.Memory(2, 1 << 17, 1 << 20),
            new StreamingMerger.Memory(3, 1 << 20, 1 << 30));
    Collections.reverse(experts);
    MergePlan reversed = new MergePlan(experts, base, method);
    for (StreamingMerger.Memory memory : memories) {
      Checkpoint again = checkpoints.merge(memory.toString(), reversed, memory);
      assertThat(MergedCheckpoints.weightsHash(again))
          .isEqualTo(MergedCheckpoints.weightsHash(first));
    }
    List<String> parents =
        first.manifest().provenance().parents().stream().map(ParentCheckpoint::name).toList();
    assertThat(parents).hasSize(weights.size() + (method.needsBase() ? 1 : 0));
    assertThat(parents.contains("seed")).isEqualTo(method.needsBase());
  }

  private static List<NamedTensor> tensors(long seed) {
    return List.of(
        MergedCheckpoints.random("h.0.large", TensorType.FLOAT32, MORE_THAN_TWO_CHUNKS, seed),
        MergedCheckpoints.random("h.1.half", TensorType.BFLOAT16, 5000, seed),
        MergedCheckpoints.random("h.1.double", TensorType.FLOAT64, 3001, seed),
        MergedCheckpoints.random("small", TensorType.FLOAT32, 7, seed),
        MergedCheckpoints.random("empty", TensorType.FLOAT32, 0, seed));
  }
}
