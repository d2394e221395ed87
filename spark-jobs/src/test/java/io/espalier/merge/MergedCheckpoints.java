package io.espalier.merge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.FileEntry;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.Provenance;
import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Checkpoints of any tensors below a folder, and merges of them. */
record MergedCheckpoints(Path root) {
  static final Provenance PROVENANCE =
      new Provenance(
          "merge test",
          JsonNodeFactory.instance.objectNode(),
          "0.1.0",
          Map.of(),
          List.of(),
          20,
          new Hardware("a processor", 2, "cpu", "Linux amd64", "17"));

  Checkpoint write(String name, List<NamedTensor> tensors) {
    try (CheckpointWriter writer = CheckpointFolder.local(root.resolve(name)).begin(5)) {
      writer.tensors(CheckpointFiles.MODEL, tensors);
      writer.json(CheckpointFiles.CONFIG, JsonNodeFactory.instance.objectNode());
      return writer.commit(PROVENANCE);
    }
  }

  Checkpoint merge(String name, MergePlan plan, StreamingMerger.Memory memory) {
    try (CheckpointWriter into = CheckpointFolder.local(root.resolve(name)).begin(9)) {
      return StreamingMerger.merge(plan, into, PROVENANCE, memory);
    }
  }

  static NamedTensor random(String name, TensorType type, long elements, long seed) {
    Random random = new Random(seed * 31 + name.hashCode());
    double[] values = random.doubles(elements, -1, 1).toArray();
    ByteBuffer data =
        ByteBuffer.allocate(values.length * type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
    new FloatCodec(values.length).encode(type, values, data, 0, values.length);
    return new NamedTensor(name, type, List.of(elements), data);
  }

  static String weightsHash(Checkpoint checkpoint) {
    FileEntry model = checkpoint.manifest().files().get(CheckpointFiles.MODEL);
    return Objects.requireNonNull(model).sha256();
  }
}
