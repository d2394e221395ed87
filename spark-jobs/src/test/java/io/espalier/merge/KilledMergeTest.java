package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.TensorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed in the middle of a merge, and the one that comes after it. */
class KilledMergeTest {
  private static final long STEP = 9;
  private static final int TENSORS = 12;
  private static final long ELEMENTS = 700_000;
  private static final int ENOUGH_BYTES = 8 << 20;
  private static final MergeMethod METHOD = new TiesMerge(LayerValue.of(0.4), LayerValue.of(1));

  @TempDir Path root;

  /** The process to be killed: little memory makes it slow. */
  static final class Merging {
    private Merging() {}

    public static void main(String[] arguments) {
      MergePlan plan = plan(Path.of(arguments[0]));
      try (CheckpointWriter into = into(Path.of(arguments[0]), plan)) {
        StreamingMerger.merge(
            plan, into, MergedCheckpoints.PROVENANCE, new StreamingMerger.Memory(1, 8192, 0));
      }
    }
  }

  @Test
  void theNextProcessKeepsWhatIsWholeAndCommitsTheSameBytes() throws Exception {
    MergedCheckpoints checkpoints = new MergedCheckpoints(root);
    for (String name : List.of("a", "b", "seed")) {
      checkpoints.write(name, tensors(name.hashCode()));
    }
    Checkpoint undisturbed =
        checkpoints.merge(
            "undisturbed", plan(root), new StreamingMerger.Memory(2, 1 << 20, 1 << 28));

    killInTheMiddle();

    assertThat(CheckpointFolder.local(root.resolve("merged")).all()).isEmpty();
    damageFirstTensor(root.resolve("a/step-00000005/model.safetensors"));
    MergePlan plan = plan(root);
    try (CheckpointWriter into = into(root, plan)) {
      // The damage isn't even seen: the first tensor is there already.
      Checkpoint merged = StreamingMerger.merge(plan, into, MergedCheckpoints.PROVENANCE, 2);
      merged.audit();
      assertThat(MergedCheckpoints.weightsHash(merged))
          .isEqualTo(MergedCheckpoints.weightsHash(undisturbed));
    }
    try (Stream<Path> left = Files.walk(root.resolve("merged"))) {
      assertThat(left.filter(Files::isRegularFile).map(f -> String.valueOf(f.getFileName())))
          .containsExactlyInAnyOrder(
              "model.safetensors", "config.json", "README.md", "manifest.json");
    }
  }

  @Test
  void piecesThatWereLostAreMergedAgain() throws Exception {
    MergedCheckpoints checkpoints = new MergedCheckpoints(root);
    for (String name : List.of("a", "b", "seed")) {
      checkpoints.write(name, tensors(name.hashCode()));
    }
    Checkpoint undisturbed =
        checkpoints.merge(
            "undisturbed", plan(root), new StreamingMerger.Memory(2, 1 << 20, 1 << 28));
    Path partial = killInTheMiddle();
    damageFirstTensor(partial);
    MergePlan plan = plan(root);
    try (CheckpointWriter into = into(root, plan)) {
      Checkpoint merged = StreamingMerger.merge(plan, into, MergedCheckpoints.PROVENANCE, 2);
      assertThat(MergedCheckpoints.weightsHash(merged))
          .isEqualTo(MergedCheckpoints.weightsHash(undisturbed));
    }
  }

  /** Returns what the killed process has written. */
  private Path killInTheMiddle() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Merging.class.getName(),
                root.toString())
            .inheritIO()
            .start();
    String attempt = ".attempt-step-00000009-" + plan(root).key("test");
    Path partial = root.resolve("merged").resolve(attempt).resolve(CheckpointFiles.MODEL);
    while (process.isAlive() && (!Files.exists(partial) || Files.size(partial) < ENOUGH_BYTES)) {
      Thread.sleep(2);
    }
    process.destroyForcibly().waitFor();
    assertThat(partial).exists();
    return partial;
  }

  private static void damageFirstTensor(Path file) throws IOException {
    try (RandomAccessFile model = new RandomAccessFile(file.toFile(), "rw")) {
      model.seek(1 << 20);
      int value = model.read();
      model.seek(1 << 20);
      model.write(value ^ 1);
    }
  }

  private static MergePlan plan(Path root) {
    List<WeightedExpert> experts =
        List.of(
            new WeightedExpert("a", checkpoint(root, "a"), 0.5),
            new WeightedExpert("b", checkpoint(root, "b"), 0.5));
    return new MergePlan(
        experts, Optional.of(new WeightedExpert("seed", checkpoint(root, "seed"), 0)), METHOD);
  }

  private static Checkpoint checkpoint(Path root, String name) {
    return CheckpointFolder.local(root.resolve(name)).at(5);
  }

  private static CheckpointWriter into(Path root, MergePlan plan) {
    return CheckpointFolder.local(root.resolve("merged")).resume(STEP, plan.key("test"));
  }

  private static List<NamedTensor> tensors(long seed) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < TENSORS; i++) {
      tensors.add(
          MergedCheckpoints.random("tensor-%02d".formatted(i), TensorType.FLOAT32, ELEMENTS, seed));
    }
    return tensors;
  }
}
