package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    List<NamedTensor> tensors = randomTensors(40);
    Path file = write(tensors, Map.of("format", "pt", "maker", "é \"quoted\""));

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertThat(reader.metadata()).containsEntry("maker", "é \"quoted\"").hasSize(2);
      assertThat(reader.tensors()).hasSize(40);
      for (NamedTensor tensor : tensors) {
        assertThat(reader.spec(tensor.name())).isEqualTo(tensor.spec());
        assertThat(reader.read(tensor.name()).data()).isEqualTo(tensor.data());
      }
    }
  }

  @Test
  void everyTensorIsAlignedToItsElements() throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(write(randomTensors(40), Map.of()))) {
      assertThat(reader.dataStart() % 8).isZero();
      assertThat(reader.tensors())
          .allMatch(t -> t.firstByte() % t.spec().type().elementBytes() == 0);
    }
  }

  @Test
  void chunksOfATensorAreItsBytes() throws IOException {
    NamedTensor tensor = tensor("w", TensorType.FLOAT32, List.of(1000L), new Random(3));
    try (SafetensorsReader reader = SafetensorsReader.open(write(List.of(tensor), Map.of()))) {
      ByteBuffer joined = ByteBuffer.allocate(4000);
      for (int first = 0; first < 4000; first += 700) {
        ByteBuffer chunk = ByteBuffer.allocate(Math.min(700, 4000 - first));
        reader.read("w", first, chunk);
        joined.put(chunk.flip());
      }
      assertThat(joined.flip()).isEqualTo(tensor.data());
    }
  }

  @Test
  void tensorsBeyondTwoGigabytesAreReadInChunks() throws IOException {
    Path file = folder.resolve("large.safetensors");
    TensorSpec large = new TensorSpec("large", TensorType.UINT8, List.of(3L << 30));
    byte[] header = SafetensorsHeader.layout(List.of(large), Map.of()).encode();
    long marked = (3L << 30) - 5;
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(header.length + (3L << 30)); // Sparse: takes no space.
      out.write(header);
      out.seek(header.length + marked);
      out.write(new byte[] {1, 2, 3});
    }

    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      ByteBuffer chunk = ByteBuffer.allocate(5);
      reader.read("large", marked, chunk);
      assertThat(chunk.array()).containsExactly(1, 2, 3, 0, 0);
    }
  }

  @Test
  void tensorsBeyondTwoGigabytesAreWrittenInChunks() {
    List<Long> written = new ArrayList<>(List.of(0L));
    WritableByteChannel counting =
        new WritableByteChannel() {
          @Override
          public int write(ByteBuffer source) {
            int bytes = source.remaining();
            source.position(source.limit());
            written.set(0, written.get(0) + bytes);
            return bytes;
          }

          @Override
          public boolean isOpen() {
            return true;
          }

          @Override
          public void close() {}
        };
    TensorSpec large = new TensorSpec("large", TensorType.FLOAT32, List.of(3L, 1L << 28));
    ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 20);
    try (SafetensorsWriter writer = new SafetensorsWriter(counting, List.of(large), Map.of())) {
      for (long bytes = 0; bytes < large.lengthBytes(); bytes += chunk.capacity()) {
        writer.append(chunk.clear());
      }
      writer.finish();
    }
    int header = SafetensorsHeader.layout(List.of(large), Map.of()).encode().length;
    assertThat(written.get(0)).isEqualTo(header + (3L << 30));
  }

  @Test
  void missingOrSurplusValuesAreABug() {
    TensorSpec spec = new TensorSpec("w", TensorType.INT16, List.of(2L));
    try (SafetensorsWriter writer =
        new SafetensorsWriter(
            Channels.newChannel(new ByteArrayOutputStream()), List.of(spec), Map.of())) {
      writer.append(ByteBuffer.allocate(3));
      assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.append(ByteBuffer.allocate(2)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anAbsentTensorIsNamed() throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(write(randomTensors(1), Map.of()))) {
      assertThatThrownBy(() -> reader.read("lm_head.weight"))
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("has no tensor lm_head.weight; it has 1 others, such as tensor 0");
    }
  }

  private Path write(List<NamedTensor> tensors, Map<String, String> metadata) throws IOException {
    Path file = folder.resolve("written.safetensors");
    Map<String, NamedTensor> byName = new java.util.HashMap<>();
    tensors.forEach(t -> byName.put(t.name(), t));
    try (SafetensorsWriter writer =
        new SafetensorsWriter(
            Files.newByteChannel(
                file,
                java.nio.file.StandardOpenOption.CREATE,
                java.nio.file.StandardOpenOption.WRITE),
            tensors.stream().map(NamedTensor::spec).toList(),
            metadata)) {
      for (StoredTensor stored : writer.tensors()) {
        NamedTensor tensor = java.util.Objects.requireNonNull(byName.get(stored.spec().name()));
        writer.append(tensor.data().duplicate());
      }
      writer.finish();
    }
    return file;
  }

  private static List<NamedTensor> randomTensors(int count) {
    Random random = new Random(7);
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<TensorType> types = List.of(TensorType.values());
      TensorType type = types.get(random.nextInt(types.size()));
      List<Long> shape = random.longs(random.nextInt(4), 0, 6).boxed().toList();
      tensors.add(tensor("tensor " + i, type, shape, random));
    }
    return tensors;
  }

  private static NamedTensor tensor(String name, TensorType type, List<Long> shape, Random random) {
    byte[] bytes = new byte[(int) new TensorSpec(name, type, shape).lengthBytes()];
    random.nextBytes(bytes);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return new NamedTensor(name, type, shape, data);
  }
}
