package io.espalier.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;

/** The tensors of a small safetensors file among the test resources, widened to float64. */
final class GoldenTensors {
  private final JsonNode header;
  private final ByteBuffer data;

  private GoldenTensors(JsonNode header, ByteBuffer data) {
    this.header = header;
    this.data = data;
  }

  static GoldenTensors read(String resource) throws IOException {
    try (InputStream in = GoldenTensors.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(resource + " is missing");
      }
      ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      byte[] json = new byte[Math.toIntExact(file.getLong())];
      file.get(json);
      JsonNode header = new ObjectMapper().readTree(new String(json, UTF_8));
      return new GoldenTensors(header, file.slice().order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  boolean has(String name) {
    return header.has(name);
  }

  double[] doubles(String name) {
    int first = offset(name, 0);
    int bytes = offset(name, 1) - first;
    return switch (header.get(name).get("dtype").asText()) {
      case "F32" ->
          IntStream.range(0, bytes / 4).mapToDouble(i -> data.getFloat(first + 4 * i)).toArray();
      case "F64" ->
          IntStream.range(0, bytes / 8).mapToDouble(i -> data.getDouble(first + 8 * i)).toArray();
      default -> throw new IllegalArgumentException(name + " isn't a float");
    };
  }

  long[] longs(String name) {
    int first = offset(name, 0);
    return IntStream.range(0, (offset(name, 1) - first) / 8)
        .mapToLong(i -> data.getLong(first + 8 * i))
        .toArray();
  }

  private int offset(String name, int end) {
    return header.get(name).get("data_offsets").get(end).asInt();
  }
}
