package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Documents that fit into a window aren't cut, and nothing else changes. */
class BestFitPackerTest {
  private static final int END_OF_TEXT = 0;

  /** Windows of documents whose tokens all differ, so that each can be found again. */
  private record Packed(
      List<int[]> documents, int length, List<PackedSequence> windows, PackingCounts counts) {

    static Packed of(Random random, PackingMethod method, int partTokens) {
      int length = random.nextInt(20) + 1;
      List<int[]> documents = documents(random);
      List<PackedSequence> windows = new ArrayList<>();
      var settings = new PackingSettings(length, method, Remainder.PAD);
      Packer packer =
          method == PackingMethod.BEST_FIT
              ? new BestFitPacker(settings, END_OF_TEXT, windows::add, partTokens)
              : Packer.of(settings, END_OF_TEXT, windows::add);
      documents.forEach(ids -> packer.add(ids, bytesOf(ids)));
      return new Packed(documents, length, windows, packer.finish());
    }

    private static List<int[]> documents(Random random) {
      int[] next = {1};
      return IntStream.range(0, random.nextInt(25))
          .mapToObj(
              i -> {
                int first = next[0];
                next[0] += random.nextInt(random.nextInt(45) + 1);
                return IntStream.range(first, next[0]).toArray();
              })
          .toList();
    }

    /** Token → the windows that predict it. */
    Map<Integer, List<Integer>> windowsOfToken() {
      Map<Integer, List<Integer>> found = new HashMap<>();
      for (int w = 0; w < windows.size(); w++) {
        int[] tokens = windows.get(w).tokens();
        for (int t = 1; t < windows.get(w).tokenCount(); t++) {
          if (tokens[t] != END_OF_TEXT) {
            found.computeIfAbsent(tokens[t], token -> new ArrayList<>()).add(w);
          }
        }
      }
      return found;
    }

    long cut() {
      Map<Integer, List<Integer>> windowsOf = windowsOfToken();
      return documents.stream()
          .filter(ids -> ids.length > 0)
          .filter(ids -> Arrays.stream(ids).mapToObj(windowsOf::get).distinct().count() > 1)
          .count();
    }
  }

  private static int[] bytesOf(int[] ids) {
    return Arrays.stream(ids).map(id -> id % 10).toArray();
  }

  @Test
  void everyTokenIsPredictedExactlyOnceAndNoDocumentThatFitsIsCut() {
    Random random = new Random(11);
    for (int i = 0; i < 3000; i++) {
      Packed packed = Packed.of(random, PackingMethod.BEST_FIT, i % 2 == 0 ? 1 << 20 : 30);
      Map<Integer, List<Integer>> windowsOf = packed.windowsOfToken();
      long tooLong = 0;
      for (int[] ids : packed.documents()) {
        for (int id : ids) {
          assertThat(windowsOf.get(id)).hasSize(1);
        }
        tooLong += ids.length > packed.length() ? 1 : 0;
      }
      assertThat(packed.cut()).isEqualTo(tooLong).isEqualTo(packed.counts().documentsCut());
    }
  }

  @Test
  void windowsComeApartIntoTheWholeDocuments() throws IOException {
    Random random = new Random(12);
    for (int i = 0; i < 2000; i++) {
      Packed packed = Packed.of(random, PackingMethod.BEST_FIT, 60);
      Set<List<Integer>> found = new HashSet<>();
      var unpacker =
          new SequenceUnpacker(
              END_OF_TEXT,
              (ids, count) -> found.add(Arrays.stream(ids, 0, count).boxed().toList()));
      for (PackedSequence window : packed.windows()) {
        unpacker.add(window.tokens(), window.tokenCount());
      }
      unpacker.finish(Remainder.PAD);
      Set<List<Integer>> expected = new HashSet<>();
      for (int[] ids : packed.documents()) {
        if (ids.length > 0) {
          expected.add(
              IntStream.concat(Arrays.stream(ids), IntStream.of(END_OF_TEXT)).boxed().toList());
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void countsAddUpAsThoseOfConcatenationDo() {
    Random random = new Random(13);
    for (int i = 0; i < 2000; i++) {
      for (PackingMethod method : PackingMethod.values()) {
        Packed packed = Packed.of(random, method, 50);
        PackingCounts counts = packed.counts();
        long tokens = packed.documents().stream().mapToLong(ids -> ids.length).sum();
        assertThat(counts.tokens()).isEqualTo(tokens);
        assertThat(counts.predictedTokens())
            .isEqualTo(tokens + Math.max(0, counts.documents() - 1));
        assertThat(counts.sequences()).isEqualTo(packed.windows().size());
        assertThat(counts.paddingTokens())
            .isEqualTo(counts.sequences() * packed.length() - counts.predictedTokens());
        assertThat(packed.windows().stream().mapToLong(PackedSequence::bytes).sum())
            .isEqualTo(counts.bytes());
        assertThat(packed.cut()).isEqualTo(counts.documentsCut());
      }
    }
  }

  @Test
  void windowsAreThoseOfTheSlowAlgorithm() {
    Random random = new Random(14);
    for (int i = 0; i < 3000; i++) {
      int capacity = random.nextInt(30) + 2;
      int[] sizes = random.ints(random.nextInt(40), 2, capacity * 2).toArray();
      assertThat(BestFit.groups(sizes, capacity).stream().map(BestFitPackerTest::toList))
          .containsExactlyElementsOf(slowly(sizes, capacity));
    }
  }

  @Test
  void paddingIsRareWhereThereAreManyDocuments() {
    Random random = new Random(15);
    List<PackedSequence> windows = new ArrayList<>();
    Packer packer =
        Packer.of(
            new PackingSettings(512, PackingMethod.BEST_FIT, Remainder.PAD),
            END_OF_TEXT,
            windows::add);
    for (int i = 0; i < 5000; i++) {
      int[] ids = new int[(int) Math.min(500, Math.exp(4.5 + random.nextGaussian())) + 1];
      Arrays.fill(ids, 7);
      packer.add(ids, ids);
    }
    PackingCounts counts = packer.finish();
    assertThat(counts.documentsCut()).isZero();
    assertThat(counts.paddingTokens()).isLessThan(counts.predictedTokens() / 100);
  }

  @Test
  void droppingTheRemainderIsRefused() {
    assertThatThrownBy(() -> new PackingSettings(16, PackingMethod.BEST_FIT, Remainder.DROP))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("remainder is drop but method best_fit")
        .hasMessageEndingWith("remainder: pad would work");
  }

  private static List<Integer> toList(IntList list) {
    return IntStream.range(0, list.size()).mapToObj(list::get).toList();
  }

  /** As the paper writes it: for each document the fullest window that has room. */
  private static List<List<Integer>> slowly(int[] sizes, int capacity) {
    List<List<Integer>> windows = new ArrayList<>();
    List<Integer> rooms = new ArrayList<>();
    List<Integer> ages = new ArrayList<>();
    int[] clock = {0};
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] > capacity) {
        windows.add(new ArrayList<>(List.of(i)));
        rooms.add(capacity - ((sizes[i] - 1) % capacity + 1));
        ages.add(clock[0]++);
      } else {
        order.add(i);
      }
    }
    order.sort(Comparator.comparing((Integer i) -> -sizes[i]));
    for (int i : order) {
      int best = -1;
      for (int w = 0; w < windows.size(); w++) {
        boolean fits = rooms.get(w) >= sizes[i];
        if (fits
            && (best < 0
                || rooms.get(w) < rooms.get(best)
                || (rooms.get(w).equals(rooms.get(best)) && ages.get(w) > ages.get(best)))) {
          best = w;
        }
      }
      if (best < 0) {
        best = windows.size();
        windows.add(new ArrayList<>());
        rooms.add(capacity);
        ages.add(0);
      }
      windows.get(best).add(i);
      rooms.set(best, rooms.get(best) - sizes[i]);
      ages.set(best, clock[0]++);
    }
    return windows;
  }
}
