package io.espalier.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files made to mislead a reader are refused in a sentence, before anything is allocated for them.
 */
class HostileHeaderTest {
  private static final String WHOLE =
      "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
          + "'b':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}";

  @TempDir Path folder;

  static Stream<Arguments> hostileHeaders() {
    return Stream.of(
        arguments("overlap", WHOLE.replace("[8,16]", "[4,12]"), "overlapping"),
        arguments("two at one place", WHOLE.replace("[8,16]", "[0,8]"), "overlapping"),
        arguments("hole", WHOLE.replace("[0,8]", "[0,4]").replace("[2]", "[1]"), "where it needs"),
        arguments(
            "hole between tensors",
            "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},"
                + "'b':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}",
            "leaving a hole"),
        arguments(
            "hole at the beginning",
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}",
            "leaving a hole"),
        arguments(
            "bytes that belong to no tensor",
            "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
            "has 16 bytes of data, but its tensors end at 8"),
        arguments(
            "behind the end of the file",
            WHOLE.replace("[8,16]", "[8,24]").replace("'b':{'dtype':'F32'", "'b':{'dtype':'F64'"),
            "places tensor b at data_offsets [8, 24]"),
        arguments("end before begin", WHOLE.replace("[0,8]", "[8,0]"), "data_offsets [8, 0]"),
        arguments("one offset", WHOLE.replace("[0,8]", "[0]"), "data_offsets [0]"),
        arguments("three offsets", WHOLE.replace("[0,8]", "[0,8,8]"), "data_offsets [0, 8, 8]"),
        arguments("negative offset", WHOLE.replace("[0,8]", "[-8,0]"), "negative number -8"),
        arguments("fraction", WHOLE.replace("[0,8]", "[0,8.0]"), "not a list of whole numbers"),
        arguments("exponent", WHOLE.replace("[0,8]", "[0,8e0]"), "not a list of whole numbers"),
        arguments("text", WHOLE.replace("[0,8]", "'0,8'"), "not a list of whole numbers"),
        arguments("nested list", WHOLE.replace("[0,8]", "[[0,8]]"), "not a list of whole numbers"),
        arguments(
            "offset beyond 63 bits",
            WHOLE.replace("[0,8]", "[0,18446744073709551616]"),
            "beyond 63 bits"),
        arguments("negative dimension", WHOLE.replace("[2]", "[-2]"), "negative number -2"),
        arguments(
            "dimensions whose product overflows to what fits",
            WHOLE.replace("[2]", "[4611686018427387906]"),
            "more bytes than 63 bits can count"),
        arguments(
            "many dimensions whose product overflows to zero",
            WHOLE.replace("[2]", "[4294967296,4294967296]"),
            "more bytes than 63 bits can count"),
        arguments("shape too large for its bytes", WHOLE.replace("[2]", "[3]"), "needs 12"),
        arguments("unknown dtype", WHOLE.replace("F32", "F33"), "unknown dtype F33"),
        arguments("dtype of half bytes", WHOLE.replace("F32", "F4"), "unknown dtype F4"),
        arguments("other dtype", WHOLE.replace("F32", "F16"), "8 bytes where it needs 4"),
        arguments("dtype that isn't text", WHOLE.replace("'F32'", "32"), "dtype is not a string"),
        arguments("duplicate name", WHOLE.replace("'b'", "'a'"), "Duplicate field 'a'"),
        arguments(
            "duplicate field",
            WHOLE.replace("'dtype':'F32'", "'dtype':'F32','dtype':'F32'"),
            "Duplicate field 'dtype'"),
        arguments("unknown field", WHOLE.replace("'shape'", "'form'"), "unknown field form"),
        arguments("no shape", WHOLE.replace("'shape':[2],", ""), "without shape"),
        arguments("no dtype", WHOLE.replace("'dtype':'F32',", ""), "without dtype"),
        arguments("no offsets", WHOLE.replace(",'data_offsets':[8,16]", ""), "data_offsets"),
        arguments("tensor that is a number", "{'a':1}", "a is not an object"),
        arguments("tensor that is null", "{'a':null}", "a is not an object"),
        arguments(
            "metadata that is text", "{'__metadata__':'pt'}", "__metadata__ is not an object"),
        arguments(
            "metadata that holds a number",
            "{'__metadata__':{'format':1}}",
            "__metadata__.format is not a string"),
        arguments("not JSON", "{not JSON}", "isn't valid JSON"),
        arguments("cut off", WHOLE.substring(0, 40), "isn't valid JSON"),
        arguments("two objects", WHOLE + "{}", "behind its header's closing brace"),
        arguments("list", "[]", "doesn't begin with {"),
        arguments("empty", "", "doesn't begin with {"),
        arguments("blank in front", " " + WHOLE, "doesn't begin with {"),
        arguments("deep nesting", "{'a':" + "[".repeat(5000), "a is not an object"),
        arguments(
            "number of a million digits",
            WHOLE.replace("[2]", "[" + "9".repeat(1_000_000) + "]"),
            "isn't valid JSON"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileHeaders")
  void isRefused(String what, String header, String because) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertRefused(file(json.length, json, 16), because);
  }

  @Test
  void theTemplateItselfIsAccepted() throws IOException {
    byte[] json = WHOLE.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    try (SafetensorsReader reader = SafetensorsReader.open(file(json.length, json, 16))) {
      assertThat(reader.tensors()).hasSize(2);
    }
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() throws IOException {
    byte[] json = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};
    assertRefused(file(json.length, json, 0), "isn't UTF-8");
  }

  @Test
  void aGiantHeaderIsRefusedBeforeItIsRead() throws IOException {
    assertRefused(file(100_000_001, "{}".getBytes(StandardCharsets.UTF_8), 0), "at most 100000000");
    assertRefused(file(Long.MAX_VALUE, new byte[2], 0), "claims a header of 9223372036854775807");
    assertRefused(file(-1, new byte[2], 0), "claims a header of 18446744073709551615");
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() throws IOException {
    assertRefused(file(100, "{}".getBytes(StandardCharsets.UTF_8), 0), "it is truncated");
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] json = WHOLE.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] whole = Files.readAllBytes(file(json.length, json, 16));
    for (int length = 0; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsReader.open(cut)).isInstanceOf(FormatException.class);
    }
  }

  @Test
  void whateverByteChangesTheReaderEitherRefusesOrFindsEveryByteOnce() throws IOException {
    byte[] json = WHOLE.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] whole = Files.readAllBytes(file(json.length, json, 16));
    Random random = new Random(1);
    for (int i = 0; i < 3000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(8 + json.length)] = (byte) random.nextInt(256);
      Path file = Files.write(folder.resolve("changed"), changed);
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        long end = reader.dataStart();
        for (StoredTensor tensor : reader.tensors()) {
          assertThat(reader.dataStart() + tensor.firstByte()).isEqualTo(end);
          end += tensor.spec().lengthBytes();
        }
        assertThat(end).isEqualTo(whole.length);
      } catch (FormatException e) {
        assertThat(e.getMessage()).startsWith(file.toString());
      }
    }
  }

  private Path file(long claimedHeaderBytes, byte[] json, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(claimedHeaderBytes).put(json);
    return Files.write(folder.resolve("hostile.safetensors"), bytes.array());
  }

  private static void assertRefused(Path file, String because) {
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(because);
  }
}
