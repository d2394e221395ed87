package io.espalier.bench;

import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import io.espalier.model.ParameterSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Checkpoints of one architecture with random weights.
 *
 * @param specs the parameters of each
 * @param checkpoints how many there are
 */
record MergeInputs(List<ParameterSpec> specs, int checkpoints) {
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

  /** Bytes of the weights of all. */
  long bytes() {
    return checkpoints * bytesOfOne();
  }

  /** Writes each into a folder of its own: {@code expert-0}, {@code expert-1}, …. */
  void write(Path folder) {
    List<TensorSpec> tensors =
        specs.stream().map(p -> new TensorSpec(p.name(), TensorType.FLOAT32, p.shape())).toList();
    for (int checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
      CheckpointFolder own = CheckpointFolder.local(folder.resolve("expert-" + checkpoint));
      try (CheckpointWriter writer = own.begin(STEP)) {
        try (SafetensorsWriter file =
            writer.openTensors(CheckpointFiles.MODEL, tensors, SafetensorsWriter.PYTORCH)) {
          append(file, new SplittableRandom(checkpoint));
          file.finish();
        }
        writer.commit(PROVENANCE);
      }
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
