package io.espalier.checkpoint;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file: eight bytes of length, JSON, spaces up to a multiple of eight.
 *
 * @param metadata the texts under {@code __metadata__}
 * @param tensors every tensor, in the order of its bytes, without gaps
 */
record SafetensorsHeader(Map<String, String> metadata, List<StoredTensor> tensors) {
  static final String METADATA = "__metadata__";

  /** Bytes in front of the JSON. */
  static final int LENGTH_BYTES = 8;

  /** Data begins at a multiple of this, so that eight-byte elements are aligned. */
  private static final int ALIGNMENT_BYTES = 8;

  private static final Comparator<TensorSpec> REFERENCE_ORDER =
      Comparator.comparing(TensorSpec::type)
          .reversed()
          .thenComparing(s -> s.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  SafetensorsHeader {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /** Lays tensors out as the reference implementation does: by type, highest first, then name. */
  static SafetensorsHeader layout(Collection<TensorSpec> specs, Map<String, String> metadata) {
    List<StoredTensor> tensors = new ArrayList<>();
    long firstByte = 0;
    for (TensorSpec spec : specs.stream().sorted(REFERENCE_ORDER).toList()) {
      if (!tensors.isEmpty() && tensors.get(tensors.size() - 1).spec().name().equals(spec.name())) {
        throw new IllegalArgumentException("two tensors are named " + spec.name());
      }
      tensors.add(new StoredTensor(spec, firstByte));
      firstByte = Math.addExact(firstByte, spec.lengthBytes());
    }
    return new SafetensorsHeader(metadata, tensors);
  }

  /** Bytes of all values together. */
  long dataBytes() {
    return tensors.isEmpty() ? 0 : tensors.get(tensors.size() - 1).endByte();
  }

  /** The header's bytes, its length in front. */
  byte[] encode() {
    byte[] json = json().getBytes(StandardCharsets.UTF_8);
    int padded = (json.length + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    byte[] bytes = new byte[LENGTH_BYTES + padded];
    Arrays.fill(bytes, (byte) ' ');
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    return bytes;
  }

  private String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = Json.MAPPER.createGenerator(text)) {
      write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    if (!metadata.isEmpty()) {
      json.writeObjectField(METADATA, metadata);
    }
    for (StoredTensor tensor : tensors) {
      json.writeObjectFieldStart(tensor.spec().name());
      json.writeStringField("dtype", tensor.spec().type().code());
      json.writeObjectField("shape", tensor.spec().shape());
      json.writeObjectField("data_offsets", List.of(tensor.firstByte(), tensor.endByte()));
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
