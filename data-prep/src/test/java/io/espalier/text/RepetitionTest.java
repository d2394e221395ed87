package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shares of repeated n-grams are what counting every n-gram by itself gives. */
class RepetitionTest {
  private static final List<String> WORDS = List.of("a", "bb", "ccc", "dddd", "eeeee");

  @Test
  void countingOnlyWhatAShorterNGramLeftOpenMissesNothing() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      List<String> words = words(random);
      String text = String.join(" ", words);
      Repetition ascending = new Repetition(text);
      for (int n = 2; n <= 10; n++) {
        assertThat(ascending.topNGram(n)).as("%d in %s", n, text).isEqualTo(top(words, n));
        assertThat(ascending.duplicatedNGrams(n))
            .as("%d in %s", n, text)
            .isEqualTo(duplicated(words, n));
      }
    }
  }

  @Test
  void longerNGramsAskedForFirstChangeNothing() {
    String text = "one two three one two four one two three five one two";
    Repetition descending = new Repetition(text);
    descending.duplicatedNGrams(3);
    assertThat(descending.topNGram(2)).isEqualTo(new Repetition(text).topNGram(2)).isPositive();
  }

  @Test
  void aRepeatedNGramIsAsLongAsItsWordsHoweverFarApartTheyStand() {
    // Three times five characters, in a text of which one occurrence is spread out.
    String text = "ab" + " ".repeat(83) + "cd ab cd ab cd";

    assertThat(text).hasSize(99);
    assertThat(new Repetition(text).topNGram(2)).isCloseTo(15 / 99.0, within(0.001));
  }

  @Test
  void whatComesOnceIsNoRepetition() {
    assertThat(new Repetition("one two three four").topNGram(2)).isZero();
    assertThat(new Repetition("").topNGram(2)).isZero();
  }

  /** Most are new, few recur: long and short repetitions and none. */
  private static List<String> words(Random random) {
    List<String> words = new ArrayList<>();
    int different = 1 + random.nextInt(WORDS.size());
    for (int length = random.nextInt(60); length > 0; length--) {
      words.add(WORDS.get(random.nextInt(different)));
    }
    if (random.nextBoolean()) {
      words.addAll(List.copyOf(words.subList(0, words.size() / 2)));
    }
    return words;
  }

  private static double top(List<String> words, int n) {
    Map<List<String>, Integer> counts = new HashMap<>();
    int most = 1;
    int longest = 0;
    for (int first = 0; first + n <= words.size(); first++) {
      List<String> nGram = words.subList(first, first + n);
      int count = counts.merge(nGram, 1, Integer::sum);
      int length = String.join(" ", nGram).length();
      if (count > most || (count == most && count > 1 && length > longest)) {
        most = count;
        longest = length;
      }
    }
    int characters = String.join(" ", words).length();
    return most < 2 ? 0 : Math.min(1, (double) most * longest / characters);
  }

  private static double duplicated(List<String> words, int n) {
    Set<List<String>> seen = new HashSet<>();
    String text = String.join(" ", words);
    boolean[] counted = new boolean[text.length()];
    for (int first = 0; first + n <= words.size(); first++) {
      int start = String.join(" ", words.subList(0, first)).length() + (first == 0 ? 0 : 1);
      int end = start + String.join(" ", words.subList(first, first + n)).length();
      if (!seen.add(words.subList(first, first + n))) {
        Arrays.fill(counted, start, end, true);
      }
    }
    int characters = 0;
    for (boolean one : counted) {
      characters += one ? 1 : 0;
    }
    return text.isEmpty() ? 0 : (double) characters / text.length();
  }
}
