package io.espalier.bench;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import io.espalier.config.Rule;
import io.espalier.model.ParameterSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Saving and loading a checkpoint of the size of GPT-2 small, weights alone: what is synced to the
 * disk when it is saved, and read from the page cache when it is loaded, tensor by tensor into
 * memory that is there already. Loading is measured unverified, verified by the manifest's CRC-32C
 * as every reader does it, and audited by SHA-256 as well; in turns, and the best of the rounds
 * counts.
 */
public final class CheckpointBench {
  private final List<TensorSpec> tensors;
  private final CheckpointFolder folder;
  private final ByteBuffer memory;
  private final List<Double> save = new ArrayList<>();
  private final List<Double> unverified = new ArrayList<>();
  private final List<Double> verified = new ArrayList<>();
  private final List<Double> audited = new ArrayList<>();

  private CheckpointBench(List<TensorSpec> tensors, CheckpointFolder folder) {
    this.tensors = tensors;
    this.folder = folder;
    this.memory = randomWeights(tensors);
  }

  /**
   * Saves and loads in a temporary folder, which is deleted.
   *
   * @param parent where the temporary folder is made
   * @param rounds how often everything is done
   */
  public static BenchResult measure(Path parent, int rounds) {
    return measure(parent, MergeBench.gpt2Small(), rounds);
  }

  static BenchResult measure(Path parent, List<ParameterSpec> parameters, int rounds) {
    Rule.positive("rounds", rounds);
    List<TensorSpec> tensors =
        parameters.stream()
            .map(p -> new TensorSpec(p.name(), TensorType.FLOAT32, p.shape()))
            .toList();
    try (BenchFolder temporary = BenchFolder.in(parent, "checkpoint", 3 * bytes(tensors))) {
      CheckpointBench bench =
          new CheckpointBench(tensors, CheckpointFolder.local(temporary.path()));
      for (int round = 0; round < rounds; round++) {
        bench.round(round);
      }
      return new BenchResult("checkpoint", bench.figures(rounds));
    }
  }

  private static long bytes(List<TensorSpec> tensors) {
    return tensors.stream().mapToLong(TensorSpec::lengthBytes).sum();
  }

  /** Room for the largest tensor, filled with what the values of all are taken from. */
  private static ByteBuffer randomWeights(List<TensorSpec> tensors) {
    long largest = tensors.stream().mapToLong(TensorSpec::lengthBytes).max().orElse(0);
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.toIntExact(largest)).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(0);
    while (values.hasRemaining()) {
      values.putFloat((float) random.nextDouble(-1, 1));
    }
    return values.clear();
  }

  private void round(long step) {
    List<Checkpoint> saved = new ArrayList<>();
    save.add(seconds(() -> saved.add(save(step))));
    folder.prune(1);
    Checkpoint checkpoint = saved.get(0);
    Path file = Path.of(checkpoint.location(), CheckpointFiles.MODEL);
    unverified.add(seconds(() -> load(SafetensorsReader.open(file))));
    verified.add(seconds(() -> load(checkpoint.tensors(CheckpointFiles.MODEL))));
    audited.add(seconds(checkpoint::audit));
  }

  private static double seconds(Runnable work) {
    return Timed.of(work).wallSeconds();
  }

  private Checkpoint save(long step) {
    try (CheckpointWriter writer = folder.begin(step)) {
      writer.tensors(
          CheckpointFiles.MODEL, tensors, tensor -> memory.slice(0, (int) tensor.lengthBytes()));
      return writer.commit(BenchProvenance.of("bench checkpoint"));
    }
  }

  private void load(SafetensorsReader file) {
    try (file) {
      for (StoredTensor tensor : file.tensors()) {
        file.read(
            tensor.spec().name(), memory.slice(0, Math.toIntExact(tensor.spec().lengthBytes())));
      }
    }
  }

  private Map<String, Object> figures(int rounds) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("checkpoint_megabytes", Timed.rounded(Timed.megabytes(bytes(tensors))));
    figures.put("rounds", rounds);
    put(figures, "save", save);
    put(figures, "load_unverified", unverified);
    put(figures, "load_verified", verified);
    put(figures, "audit", audited);
    figures.put(
        "load_verified_over_unverified", Timed.rounded(Medians.ofRatios(verified, unverified)));
    return figures;
  }

  private void put(Map<String, Object> figures, String name, List<Double> seconds) {
    double best = seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    figures.put(name + "_seconds", Timed.rounded(best));
    figures.put(
        name + "_megabytes_per_second", Timed.rounded(Timed.megabytes(bytes(tensors)) / best));
  }
}
