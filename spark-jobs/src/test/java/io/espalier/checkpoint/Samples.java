package io.espalier.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/** Small checkpoints for tests. */
final class Samples {
  static final Provenance PROVENANCE =
      new Provenance(
          "train seed",
          JsonNodeFactory.instance.objectNode().put("name", "sample"),
          "0.1.0 (abc)",
          Map.of("sequences", 3L, "documents", 1L),
          List.of(new ParentCheckpoint("seed", 5, "ab".repeat(32), 1.0)),
          20,
          new Hardware("a processor", 2, "cpu", "Linux amd64", "17"));

  private Samples() {}

  static NamedTensor floats(String name, float... values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new NamedTensor(name, TensorType.FLOAT32, List.of((long) values.length), data);
  }

  /** A tensor of several pieces whose every byte depends on the step. */
  static NamedTensor large(long step) {
    ByteBuffer data = ByteBuffer.allocate(3 * DigestingFile.PIECE_BYTES + 40);
    for (int i = 0; i < data.capacity(); i++) {
      data.put(i, (byte) (i * 31 + (i >> 8) + step));
    }
    return new NamedTensor("large", TensorType.UINT8, List.of((long) data.capacity()), data);
  }

  /** Commits a checkpoint with a model of two tensors and a state. */
  static Checkpoint commit(CheckpointFolder folder, long step) {
    try (CheckpointWriter writer = folder.begin(step)) {
      write(writer, step);
      return writer.commit(PROVENANCE);
    }
  }

  static void write(CheckpointWriter writer, long step) {
    writer.tensors(CheckpointFiles.MODEL, List.of(floats("bias", (float) step, 1, 2), large(step)));
    writer.json(
        CheckpointFiles.STATE, JsonNodeFactory.instance.objectNode().put("tokens", step * 100));
  }
}
