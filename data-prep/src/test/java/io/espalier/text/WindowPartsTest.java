package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.text.WindowParts.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowPartsTest {
  private static final int END = 999_999;

  @Test
  void partsPointAtTheTokensThatThePackerPutIntoEachWindow() {
    Random random = new Random(20);
    for (Remainder remainder : Remainder.values()) {
      for (int round = 0; round < 50; round++) {
        PackingSettings settings = new PackingSettings(1 + random.nextInt(12), remainder);
        List<int[]> documents = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
          documents.add(random.ints(random.nextInt(30), 0, END).toArray());
        }
        check(settings, documents);
      }
    }
  }

  private static void check(PackingSettings settings, List<int[]> documents) {
    List<PackedSequence> windows = new ArrayList<>();
    SequencePacker packer = new SequencePacker(settings, END, windows::add);
    documents.forEach(ids -> packer.add(ids, new int[ids.length]));
    packer.finish();

    Map<Long, List<Part>> parts =
        WindowParts.of(
            settings, documents.stream().map(ids -> ids.length).toList(), (id, all) -> true);

    assertThat(parts).hasSameSizeAs(windows);
    for (PackedSequence window : windows) {
      int[] rebuilt = window.tokens().clone();
      java.util.Arrays.fill(rebuilt, 1, window.tokenCount(), END);
      for (Part part : parts.getOrDefault(window.sequenceId(), List.of())) {
        System.arraycopy(
            documents.get(part.document()),
            part.firstToken(),
            rebuilt,
            part.windowPosition(),
            part.tokens());
      }
      assertThat(rebuilt).isEqualTo(window.tokens());
    }
  }

  @Test
  void onlyWantedWindowsAreGiven() {
    PackingSettings settings = new PackingSettings(4, Remainder.PAD);

    Map<Long, List<Part>> parts = WindowParts.of(settings, List.of(3, 0, 6), (id, all) -> id == 1);

    assertThat(parts).containsExactly(Map.entry(1L, List.of(new Part(2, 1, 0, 4))));
  }
}
