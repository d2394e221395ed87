package io.espalier.bench;

import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import io.espalier.merge.MergeMethod;
import io.espalier.model.ParameterSpec;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Checkpoints of one architecture with random weights.
 *
 * @param specs the parameters of each
 * @param checkpoints how many there are, a base not counted
 * @param method how they are to be merged; decides whether there is a base
 */
record MergeInputs(List<ParameterSpec> specs, int checkpoints, MergeMethod method) {
  /** The folder of the base. */
  static final String BASE = "base";

  /** The file that tells the merging process how. */
  static final String METHOD = "method";

  static final long STEP = 0;
  private static final int CHUNK_BYTES = 4 << 20;
  private static final float LARGEST_VALUE = 0.04f;

  /** Where they come from. */
  static final Provenance PROVENANCE = BenchProvenance.of("bench merge");

  MergeInputs {
    specs = List.copyOf(specs);
  }

  /** Parameters of each. */
  long parameters() {
    return specs.stream().mapToLong(ParameterSpec::elements).sum();
  }

  /** Bytes of the weights of one. */
  long bytesOfOne() {
    return parameters() * Float.BYTES;
  }

  /** Bytes of the weights of all, the base included. */
  long bytes() {
    return (checkpoints + (method.needsBase() ? 1 : 0)) * bytesOfOne();
  }

  /** Writes each into a folder of its own: {@code expert-0}, {@code expert-1}, …, {@code base}. */
  void write(Path folder) throws IOException {
    for (int checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
      write(folder.resolve("expert-" + checkpoint), checkpoint);
    }
    if (method.needsBase()) {
      write(folder.resolve(BASE), checkpoints);
    }
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(folder.resolve(METHOD)))) {
      out.writeObject(method);
    }
  }

  private void write(Path own, long seed) {
    List<TensorSpec> tensors =
        specs.stream().map(p -> new TensorSpec(p.name(), TensorType.FLOAT32, p.shape())).toList();
    try (CheckpointWriter writer = CheckpointFolder.local(own).begin(STEP)) {
      try (SafetensorsWriter file =
          writer.openTensors(CheckpointFiles.MODEL, tensors, SafetensorsWriter.PYTORCH)) {
        append(file, new SplittableRandom(seed));
        file.finish();
      }
      writer.commit(PROVENANCE);
    }
  }

  private void append(SafetensorsWriter file, SplittableRandom random) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long left = bytesOfOne(); left > 0; left -= chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, left));
      while (chunk.hasRemaining()) {
        chunk.putFloat(random.nextInt() * (LARGEST_VALUE / Integer.MAX_VALUE));
      }
      file.append(chunk.flip());
    }
  }
}
