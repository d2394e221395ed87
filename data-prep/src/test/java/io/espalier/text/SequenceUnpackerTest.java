package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SequenceUnpackerTest {
  private static final int END_OF_TEXT = 0;

  @Test
  void paddedWindowsComeApartIntoTheDocumentsThatWerePacked() throws IOException {
    Random random = new Random(8);
    for (int i = 0; i < 1000; i++) {
      List<int[]> documents = documents(random);
      List<int[]> found = unpacked(documents, random.nextInt(20) + 1, Remainder.PAD);
      assertThat(found).hasSameSizeAs(documents);
      for (int d = 0; d < found.size(); d++) {
        assertThat(found.get(d)).isEqualTo(ended(documents.get(d)));
      }
    }
  }

  @Test
  void droppedWindowsComeApartIntoTheBeginningOfTheSameTokens() throws IOException {
    Random random = new Random(9);
    for (int i = 0; i < 1000; i++) {
      List<int[]> documents = documents(random);
      int length = random.nextInt(20) + 1;
      int[] all = joined(documents.stream().map(SequenceUnpackerTest::ended).toList());
      int targets = Math.max(0, all.length - 1);
      int[] found = joined(unpacked(documents, length, Remainder.DROP));
      assertThat(found).isEqualTo(Arrays.copyOf(all, targets / length * length));
    }
  }

  @Test
  void windowsThatDontGoOnWithEachOtherAreRefused() throws IOException {
    var unpacker = new SequenceUnpacker(END_OF_TEXT, (ids, count) -> {});
    unpacker.add(new int[] {0, 5, 6}, 3);
    assertThatThrownBy(() -> unpacker.add(new int[] {5, 7, 8}, 3))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "Sequence 1 has 3 real tokens of 3 and begins with token 5, where 6 must be repeated");
    assertThatThrownBy(() -> unpacker.add(new int[] {6, 7, 8}, 4))
        .isInstanceOf(FormatException.class);
  }

  private static List<int[]> unpacked(List<int[]> documents, int length, Remainder remainder)
      throws IOException {
    List<PackedSequence> windows = new ArrayList<>();
    var packer =
        new SequencePacker(new PackingSettings(length, remainder), END_OF_TEXT, windows::add);
    documents.forEach(ids -> packer.add(ids, new int[ids.length]));
    packer.finish();
    List<int[]> found = new ArrayList<>();
    var unpacker =
        new SequenceUnpacker(END_OF_TEXT, (ids, count) -> found.add(Arrays.copyOf(ids, count)));
    for (PackedSequence window : windows) {
      unpacker.add(window.tokens(), window.tokenCount());
    }
    unpacker.finish(remainder);
    return found;
  }

  private static List<int[]> documents(Random random) {
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(i -> random.ints(random.nextInt(2000 / (i + 1)) + 1, 1, 5000).toArray())
        .toList();
  }

  private static int[] ended(int[] document) {
    return Arrays.copyOf(document, document.length + 1); // END_OF_TEXT is 0.
  }

  private static int[] joined(List<int[]> documents) {
    return documents.stream().flatMapToInt(Arrays::stream).toArray();
  }
}
