package io.espalier.megatron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Corpora that Megatron wrote are read, and written with the same bytes; damage is named. */
class MegatronCorpusTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/megatron");
  private static final Configuration CONFIGURATION = new Configuration(false);

  /** Three documents of two, none and three sequences. */
  private static final IndexLayout LAYOUT = new IndexLayout(5, 4);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void whatMegatronWroteIsRead(IntegerType type) throws IOException {
    MegatronCorpus corpus =
        MegatronCorpus.open(CONFIGURATION, GOLDEN.resolve(type.toString()).toString());

    assertThat(corpus.type()).isEqualTo(type);
    assertThat(read(corpus, 0, corpus.documents())).isDeepEqualTo(documents());
  }

  @ParameterizedTest
  @CsvSource({"float32, 7", "float64, 6"})
  void whatIsNoIntegerIsNoToken(String type, int code) {
    assertThatThrownBy(() -> MegatronCorpus.open(CONFIGURATION, GOLDEN.resolve(type).toString()))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("has tokens of type %d (%s) but only integers".formatted(code, type));
  }

  @ParameterizedTest
  @CsvSource({"65499, plain-uint16", "65500, plain-int32"})
  void whatIsWrittenHasMegatronsBytes(int vocabulary, String golden) throws IOException {
    Path prefix = folder.resolve("written");
    try (var out =
        new CorpusWriter(CONFIGURATION, prefix.toString(), IntegerType.ofVocabulary(vocabulary))) {
      for (long[] document : documents()) {
        if (document.length > 0) {
          int[] ids = Arrays.stream(document).mapToInt(Math::toIntExact).toArray();
          out.add(Arrays.copyOf(ids, ids.length + 3), ids.length);
        }
      }
      out.finish();
    }
    for (String ending : List.of(".bin", ".idx")) {
      assertThat(Path.of(prefix + ending)).hasSameBinaryContentAs(GOLDEN.resolve(golden + ending));
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.crc");
  }

  @Test
  void rangesOfDocumentsAreTheDocumentsOfTheWhole() {
    MegatronCorpus corpus = MegatronCorpus.open(CONFIGURATION, GOLDEN.resolve("int32").toString());
    long[][] all = documents();
    for (int first = 0; first <= all.length; first++) {
      for (int last = first; last <= all.length; last++) {
        assertThat(read(corpus, first, last)).isDeepEqualTo(Arrays.copyOfRange(all, first, last));
      }
    }
  }

  @Test
  void aCorpusThatIsThereIsNotOverwrittenButTheRestOfAKilledWriterIs() throws IOException {
    String prefix = folder.resolve("x").toString();
    Files.write(folder.resolve("x.bin"), new byte[99]);
    write(prefix);
    assertThat(read(MegatronCorpus.open(CONFIGURATION, prefix), 0, 1)).hasNumberOfRows(1);
    assertThatThrownBy(() -> write(prefix))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("x.idx exists already; another path would work");
  }

  @Test
  void aMissingFileIsTheUsersMistake() throws IOException {
    String prefix = folder.resolve("x").toString();
    write(prefix);
    assertThatThrownBy(() -> MegatronCorpus.open(CONFIGURATION, prefix + ".bin"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("without .bin and .idx would work");
    Files.delete(folder.resolve("x.bin"));
    assertThatThrownBy(() -> MegatronCorpus.open(CONFIGURATION, prefix))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("path is " + prefix + " but x.bin and x.idx aren't both there");
  }

  @Test
  void anotherMagicIsRefused() {
    refused(index -> index.put(3, (byte) 'X'), "doesn't start with MMIDIDX");
  }

  @Test
  void anotherVersionIsRefused() {
    refused(index -> index.putLong(9, 2), "has version 2 but only 1 is known");
  }

  @Test
  void anUnknownTypeIsRefused() {
    refused(index -> index.put(17, (byte) 9), "has tokens of type 9 but only integers");
  }

  @ParameterizedTest
  @CsvSource({
    "18, 4611686018427387904",
    "18, -1",
    "18, 6",
    "18, 0",
    "26, 1152921504606846976",
    "26, -1",
    "26, 0",
    "26, 3"
  })
  void countsThatDontFitTheFileAreRefused(int position, long count) {
    refused(index -> index.putLong(position, count), "which don't fit its");
  }

  @Test
  void anOffsetBehindTheFileIsRefused() {
    refused(index -> index.putLong((int) LAYOUT.offsetAt(4), 1L << 40), "but its index ends at");
    refused(index -> index.putLong((int) LAYOUT.offsetAt(1), 1L << 40), "begins sequence 1 at");
  }

  @Test
  void sequencesThatOverlapAreRefused() {
    refused(index -> index.putLong((int) LAYOUT.offsetAt(2), 2), "begins sequence 2 at byte 2");
    refused(index -> index.putLong((int) LAYOUT.offsetAt(0), 2), "begins sequence 0 at byte 2");
    refused(index -> index.putInt((int) LAYOUT.lengthAt(1), 2), "begins sequence 2 at byte");
  }

  @Test
  void impossibleLengthsAreRefused() {
    refused(index -> index.putInt((int) LAYOUT.lengthAt(1), -1), "gives sequence 1 the length -1");
    refused(
        index -> index.putInt((int) LAYOUT.lengthAt(1), Integer.MAX_VALUE),
        "gives sequence 1 the length 2147483647");
  }

  @Test
  void documentsThatOverlapOrLeaveSequencesOutAreRefused() {
    refused(index -> index.putLong((int) LAYOUT.boundaryAt(0), 1), "begins document 0 at");
    refused(index -> index.putLong((int) LAYOUT.boundaryAt(2), 1), "ends document 1 at sequence 1");
    refused(index -> index.putLong((int) LAYOUT.boundaryAt(1), 6), "ends document 0 at sequence 6");
    refused(index -> index.putLong((int) LAYOUT.boundaryAt(3), 4), "its last document ends at 4");
  }

  @Test
  void trailingAndMissingBytesAreRefused() throws IOException {
    byte[] index = index();
    refused(Arrays.copyOf(index, index.length + 1), 20, "which don't fit its");
    refused(Arrays.copyOf(index, index.length - 1), 20, "which don't fit its");
    refused(Arrays.copyOf(index, 33), 20, "is too short for a header");
    refused(index, 21, "has 21 bytes but its index ends at byte 20");
    refused(index, 18, "has 18 bytes but its index ends at byte 20");
  }

  @Test
  void anyDamagedByteOfAnIndexIsRefusedOrHarmless() throws IOException {
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      byte[] index = index();
      index[random.nextInt(index.length)] = (byte) random.nextInt(256);
      try {
        readAll(index, 20);
      } catch (FormatException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
  }

  private void refused(Consumer<ByteBuffer> damage, String message) {
    byte[] index = index();
    damage.accept(ByteBuffer.wrap(index).order(ByteOrder.LITTLE_ENDIAN));
    refused(index, 20, message);
  }

  private void refused(byte[] index, int tokenBytes, String message) {
    assertThatThrownBy(() -> readAll(index, tokenBytes))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("damaged")
        .hasMessageContaining(message);
  }

  private void readAll(byte[] index, int tokenBytes) throws IOException {
    Files.write(folder.resolve("damaged.idx"), index);
    Files.write(folder.resolve("damaged.bin"), new byte[tokenBytes]);
    MegatronCorpus corpus =
        MegatronCorpus.open(CONFIGURATION, folder.resolve("damaged").toString());
    read(corpus, 0, corpus.documents());
  }

  /** Ten tokens of two bytes. */
  private static byte[] index() {
    byte[] bytes = new byte[(int) LAYOUT.bytes()];
    ByteBuffer index = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    index.put(IndexLayout.magic()).putLong(1).put((byte) 8).putLong(5).putLong(4);
    for (int length : new int[] {3, 1, 0, 4, 2}) {
      index.putInt(length);
    }
    for (long offset : new long[] {0, 6, 8, 8, 16}) {
      index.putLong(offset);
    }
    for (long boundary : new long[] {0, 2, 2, 5}) {
      index.putLong(boundary);
    }
    return bytes;
  }

  private static void write(String prefix) throws IOException {
    try (var out = new CorpusWriter(CONFIGURATION, prefix, IntegerType.UINT16)) {
      out.add(new int[] {65499, 7}, 2);
      out.finish();
    }
  }

  private static long[][] read(MegatronCorpus corpus, long first, long last) {
    List<long[]> documents = new ArrayList<>();
    try (var reader = new DocumentReader(CONFIGURATION, corpus, first, last)) {
      reader.forEachRemaining(documents::add);
    }
    return documents.toArray(long[][]::new);
  }

  private static long[][] documents() {
    try {
      return new ObjectMapper()
          .readValue(GOLDEN.resolve("documents.json").toFile(), long[][].class);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
