package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The reference implementation's file, one tensor of each type, is read and written byte by byte.
 */
class ReferenceFormatGoldenTest {
  private static final Path GOLDEN = Golden.path("every_type.safetensors");

  @Test
  void everyTypeIsRead() {
    try (SafetensorsReader reader = SafetensorsReader.open(GOLDEN)) {
      assertThat(reader.metadata()).containsOnlyKeys("format").containsEntry("format", "pt");
      assertThat(reader.tensors().stream().map(t -> t.spec().type()).distinct())
          .containsExactlyInAnyOrder(TensorType.values());
      NamedTensor doubles = reader.read("torch.float64");
      assertThat(doubles.data().getDouble(16)).isEqualTo(4.0);
      assertThat(reader.read("scalar").shape()).isEmpty();
      assertThat(reader.read("scalar").data().getFloat(0)).isEqualTo(0.1f);
      assertThat(reader.spec("empty").shape()).containsExactly(0L, 3L);
      assertThat(reader.spec("ordinary, \"quoted\" é🌳 / name").elements()).isEqualTo(6);
    }
  }

  @Test
  void theSameTensorsInAnyOrderAreWrittenAsTheSameBytes() throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(GOLDEN)) {
      List<TensorSpec> specs =
          new ArrayList<>(reader.tensors().stream().map(StoredTensor::spec).toList());
      Collections.shuffle(specs, new Random(5));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (SafetensorsWriter writer =
          new SafetensorsWriter(Channels.newChannel(bytes), specs, SafetensorsWriter.PYTORCH)) {
        for (StoredTensor tensor : writer.tensors()) {
          writer.append(reader.read(tensor.spec().name()).data());
        }
        writer.finish();
      }
      assertThat(bytes.toByteArray()).isEqualTo(Files.readAllBytes(GOLDEN));
    }
  }
}
