package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequencePackerTest {
  private static final int END_OF_TEXT = 0;

  /** Documents by their token ids; a token stands for as many bytes as its id's last digit. */
  private record Packed(List<int[]> documents, List<PackedSequence> windows, PackingCounts counts) {
    static Packed of(List<int[]> documents, int lengthTokens, Remainder remainder) {
      List<PackedSequence> windows = new ArrayList<>();
      SequencePacker packer =
          new SequencePacker(
              new PackingSettings(lengthTokens, remainder), END_OF_TEXT, windows::add);
      documents.forEach(ids -> packer.add(ids, bytesOf(ids)));
      return new Packed(documents, windows, packer.finish());
    }

    /** What the windows predict, in order. */
    int[] targets() {
      return windows.stream()
          .flatMapToInt(window -> Arrays.stream(window.tokens(), 1, window.tokenCount()))
          .toArray();
    }

    /** What the stream holds after its first token. */
    int[] stream() {
      int[] all =
          documents.stream()
              .filter(ids -> ids.length > 0)
              .flatMapToInt(ids -> IntStream.concat(IntStream.of(END_OF_TEXT), Arrays.stream(ids)))
              .toArray();
      return all.length == 0 ? all : Arrays.copyOfRange(all, 1, all.length);
    }
  }

  private static int[] bytesOf(int[] ids) {
    return Arrays.stream(ids).map(id -> id % 10).toArray();
  }

  private static List<int[]> randomDocuments(Random random) {
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(i -> random.ints(random.nextInt(random.nextInt(60) + 1), 1, 5000).toArray())
        .toList();
  }

  @Test
  void everyTokenIsPredictedExactlyOnceWhenTheRemainderIsPadded() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      Packed packed = Packed.of(randomDocuments(random), random.nextInt(20) + 1, Remainder.PAD);
      assertThat(packed.targets()).isEqualTo(packed.stream());
      assertThat(packed.counts().droppedTokens()).isZero();
    }
  }

  @Test
  void whatIsDroppedIsTheEndOfTheStreamAndCounted() {
    Random random = new Random(6);
    for (int i = 0; i < 2000; i++) {
      int length = random.nextInt(20) + 1;
      Packed packed = Packed.of(randomDocuments(random), length, Remainder.DROP);
      int[] stream = packed.stream();
      int kept = stream.length - stream.length % length;
      assertThat(packed.targets()).isEqualTo(Arrays.copyOf(stream, kept));
      assertThat(packed.counts().droppedTokens()).isEqualTo(stream.length - kept);
      assertThat(packed.counts().paddingTokens()).isZero();
    }
  }

  @Test
  void bytesOfWindowsAndOfWhatWasDroppedAddUpToTheDocuments() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      List<int[]> documents = randomDocuments(random);
      long bytes = documents.stream().flatMapToInt(ids -> Arrays.stream(bytesOf(ids))).sum();
      for (Remainder remainder : Remainder.values()) {
        Packed packed = Packed.of(documents, random.nextInt(20) + 1, remainder);
        long inWindows = packed.windows().stream().mapToLong(PackedSequence::bytes).sum();
        assertThat(inWindows + packed.counts().droppedBytes()).isEqualTo(bytes);
        assertThat(packed.counts().bytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void countsAddUp() {
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      for (Remainder remainder : Remainder.values()) {
        int length = random.nextInt(20) + 1;
        PackingCounts counts = Packed.of(randomDocuments(random), length, remainder).counts();
        assertThat(counts.predictedTokens() + counts.droppedTokens())
            .isEqualTo(counts.tokens() + Math.max(0, counts.documents() - 1));
        assertThat(counts.predictedTokens() + counts.paddingTokens())
            .isEqualTo(counts.sequences() * length);
      }
    }
  }

  @Test
  void windowsOverlapByOneTokenAndAreNumbered() {
    Packed packed =
        Packed.of(List.of(new int[] {1, 2, 3}, new int[] {4, 5, 6, 7}), 3, Remainder.PAD);

    assertThat(packed.windows().stream().map(PackedSequence::tokens))
        .containsExactly(new int[] {0, 1, 2, 3}, new int[] {3, 0, 4, 5}, new int[] {5, 6, 7, 0});
    assertThat(packed.windows().stream().map(PackedSequence::tokenCount)).containsExactly(4, 4, 3);
    assertThat(packed.windows().stream().map(PackedSequence::sequenceId))
        .containsExactly(0L, 1L, 2L);
    assertThat(packed.windows().stream().map(PackedSequence::bytes)).containsExactly(6, 9, 13);
  }

  @Test
  void documentsWithoutTokensLeaveNoTrace() {
    Packed packed = Packed.of(List.of(new int[0], new int[] {9}, new int[0]), 1, Remainder.PAD);

    assertThat(packed.windows())
        .singleElement()
        .extracting(PackedSequence::tokens)
        .isEqualTo(new int[] {0, 9});
    assertThat(packed.counts().documents()).isEqualTo(1);
    assertThat(Packed.of(List.of(), 4, Remainder.PAD).windows()).isEmpty();
  }

  @Test
  void misuseAndImpossibleLengthsAreRefused() {
    SequencePacker packer =
        new SequencePacker(new PackingSettings(4, Remainder.PAD), END_OF_TEXT, window -> {});
    assertThatThrownBy(() -> packer.add(new int[2], new int[1]))
        .isInstanceOf(IllegalArgumentException.class);
    packer.finish();
    assertThatThrownBy(() -> packer.add(new int[1], new int[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PackingSettings(0, Remainder.PAD))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("sequence_length_tokens is 0");
  }

  @Test
  void idsSurviveBeingWrittenAsBytes() {
    int[] ids = {0, 1, 255, 256, 32_767, 32_768, 65_535};
    assertThat(TokenBytes.pack(ids, 65_536)).hasSize(14).startsWith(0, 0, 1, 0, 255, 0, 0, 1);
    assertThat(TokenBytes.unpack(TokenBytes.pack(ids, 65_536), 2)).isEqualTo(ids);
    int[] large = {0, 65_536, 128_000};
    assertThat(TokenBytes.unpack(TokenBytes.pack(large, 128_001), TokenBytes.width(128_001)))
        .isEqualTo(large);
    assertThatThrownBy(() -> TokenBytes.pack(new int[] {258}, 258))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVocabularyWithoutRoomForTheBytesIsRefused() {
    assertThatThrownBy(() -> new TokenizerSettings("", 256))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("vocabulary_size is 256 but must be at least 257");
    assertThat(new TokenizerSettings("t.json", 0).trained()).isFalse();
  }
}
