package io.espalier.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the JSON of a safetensors header and believes nothing: names once each, known types, sizes
 * that multiply without overflow, and values that fill the rest of the file exactly, without gaps
 * or overlaps. Whatever isn't so is a {@link FormatException} that names the file and the tensor.
 */
final class SafetensorsHeaderParser {
  private final String file;
  private final long dataBytes;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<StoredTensor> tensors = new ArrayList<>();

  private SafetensorsHeaderParser(String file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /**
   * Parses a header.
   *
   * @param file what to call the file in messages
   * @param json the bytes between the length and the data
   * @param dataBytes the length of the file behind the header
   */
  static SafetensorsHeader parse(String file, ByteBuffer json, long dataBytes) {
    SafetensorsHeaderParser parser = new SafetensorsHeaderParser(file, dataBytes);
    String text = parser.decode(json);
    try (JsonParser tokens = Json.MAPPER.createParser(text)) {
      parser.readAll(tokens);
    } catch (JsonProcessingException e) {
      throw parser.refuse("has a header that isn't valid JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SafetensorsHeader(parser.metadata, parser.inOrderWithoutGaps());
  }

  private String decode(ByteBuffer json) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(json.duplicate()).toString();
      if (!text.startsWith("{")) {
        throw refuse("has a header that doesn't begin with {; is it a safetensors file?");
      }
      return text;
    } catch (CharacterCodingException e) {
      throw refuse("has a header that isn't UTF-8; is it a safetensors file?");
    }
  }

  private void readAll(JsonParser tokens) throws IOException {
    tokens.nextToken();
    while (tokens.nextToken() == JsonToken.FIELD_NAME) {
      String name = tokens.currentName();
      if (name.equals(SafetensorsHeader.METADATA)) {
        readMetadata(tokens);
      } else {
        readTensor(name, tokens);
      }
    }
    if (tokens.nextToken() != null) {
      throw refuse("has something behind its header's closing brace");
    }
  }

  private void readMetadata(JsonParser tokens) throws IOException {
    expect(tokens.nextToken(), JsonToken.START_OBJECT, SafetensorsHeader.METADATA, "an object");
    while (tokens.nextToken() == JsonToken.FIELD_NAME) {
      String key = tokens.currentName();
      expect(
          tokens.nextToken(),
          JsonToken.VALUE_STRING,
          SafetensorsHeader.METADATA + "." + key,
          "a string");
      metadata.put(key, tokens.getText());
    }
  }

  private enum Field {
    DTYPE,
    SHAPE,
    DATA_OFFSETS
  }

  private void readTensor(String name, JsonParser tokens) throws IOException {
    expect(tokens.nextToken(), JsonToken.START_OBJECT, name, "an object");
    String type = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    Set<Field> missing = EnumSet.allOf(Field.class);
    while (tokens.nextToken() == JsonToken.FIELD_NAME) {
      String field = tokens.currentName();
      tokens.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(tokens.currentToken(), JsonToken.VALUE_STRING, name + ".dtype", "a string");
          type = tokens.getText();
          missing.remove(Field.DTYPE);
        }
        case "shape" -> {
          shape = readNumbers(name + ".shape", tokens);
          missing.remove(Field.SHAPE);
        }
        case "data_offsets" -> {
          offsets = readNumbers(name + ".data_offsets", tokens);
          missing.remove(Field.DATA_OFFSETS);
        }
        default ->
            throw refuse("describes tensor %s with an unknown field %s".formatted(name, field));
      }
    }
    if (!missing.isEmpty()) {
      throw refuse(
          "describes tensor %s without %s"
              .formatted(
                  name, missing.iterator().next().name().toLowerCase(java.util.Locale.ROOT)));
    }
    tensors.add(checked(name, type, shape, offsets));
  }

  private List<Long> readNumbers(String what, JsonParser tokens) throws IOException {
    expect(tokens.currentToken(), JsonToken.START_ARRAY, what, "a list of whole numbers");
    List<Long> numbers = new ArrayList<>();
    while (tokens.nextToken() != JsonToken.END_ARRAY) {
      expect(tokens.currentToken(), JsonToken.VALUE_NUMBER_INT, what, "a list of whole numbers");
      if (tokens.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw refuse("has %s with a number beyond 63 bits".formatted(what));
      }
      if (tokens.getLongValue() < 0) {
        throw refuse("has %s with the negative number %d".formatted(what, tokens.getLongValue()));
      }
      numbers.add(tokens.getLongValue());
    }
    return numbers;
  }

  private StoredTensor checked(String name, String code, List<Long> shape, List<Long> offsets) {
    TensorType type =
        TensorType.ofCode(code)
            .orElseThrow(() -> refuse("holds tensor %s of unknown dtype %s".formatted(name, code)));
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > dataBytes) {
      throw refuse(
          "places tensor %s at data_offsets %s, but its data has the bytes [0, %d)"
              .formatted(name, offsets, dataBytes));
    }
    long bytes;
    try {
      bytes = TensorSpec.lengthBytes(type, shape);
    } catch (IllegalArgumentException e) {
      throw refuse("holds tensor %s whose %s".formatted(name, String.valueOf(e.getMessage())));
    }
    long space = offsets.get(1) - offsets.get(0);
    if (bytes != space) {
      throw refuse(
          "gives tensor %s of dtype %s and shape %s %d bytes where it needs %d"
              .formatted(name, code, shape, space, bytes));
    }
    return new StoredTensor(new TensorSpec(name, type, shape), offsets.get(0));
  }

  private List<StoredTensor> inOrderWithoutGaps() {
    tensors.sort(
        Comparator.comparingLong(StoredTensor::firstByte).thenComparingLong(StoredTensor::endByte));
    long end = 0;
    for (StoredTensor tensor : tensors) {
      if (tensor.firstByte() != end) {
        throw refuse(
            "begins tensor %s at data byte %d, %s the tensor before it, which ends at %d"
                .formatted(
                    tensor.spec().name(),
                    tensor.firstByte(),
                    tensor.firstByte() < end ? "overlapping" : "leaving a hole behind",
                    end));
      }
      end = tensor.endByte();
    }
    if (end != dataBytes) {
      throw refuse("has %d bytes of data, but its tensors end at %d".formatted(dataBytes, end));
    }
    return tensors;
  }

  private void expect(
      @org.jspecify.annotations.Nullable JsonToken found,
      JsonToken wanted,
      String what,
      String kind) {
    if (found != wanted) {
      throw refuse("has a header in which %s is not %s".formatted(what, kind));
    }
  }

  private FormatException refuse(String sentence) {
    return new FormatException(file + " " + sentence);
  }
}
