package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimilaritySketchTest {

  @Test
  void placesAgreeAsOftenAsTheSetsAreSimilarBeTheyLargeOrSmall() {
    Random random = new Random(6);
    for (int size : new int[] {9, 90, 900}) {
      double agree = 0;
      for (int trial = 0; trial < 200; trial++) {
        long[] all = random.longs(size).toArray();
        long[] one = Arrays.copyOfRange(all, 0, size * 8 / 9);
        long[] other = Arrays.copyOfRange(all, size / 9, size);
        agree += agreement(SimilaritySketch.of(one, 90), SimilaritySketch.of(other, 90)) / 200;
      }
      assertThat(agree).isCloseTo(7.0 / 9, within(0.03));
    }
  }

  @Test
  void orderAndRepetitionOfElementsDoNotMatter() {
    long[] elements = {5, 7, 11, 13};
    long[] again = {13, 11, 7, 5, 7, 7};

    assertThat(SimilaritySketch.of(again, 30)).isEqualTo(SimilaritySketch.of(elements, 30));
  }

  @Test
  void bandsFindAThousandthLessThanAllPairsAtTheThreshold() {
    assertThat(Banding.of(0.8)).isEqualTo(new Banding(18, 5));
    for (double jaccard = 0.3; jaccard <= 1; jaccard += 0.01) {
      Banding banding = Banding.of(jaccard);
      assertThat(banding.recall(jaccard)).isGreaterThanOrEqualTo(0.999);
      assertThat(banding.bands()).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void wordsAreTheSameWhateverTheirCaseFormAndPunctuation() {
    long[] plain = ngrams("The quick brown fox cafe\u0301 jumps over it");

    assertThat(ngrams("the QUICK, brown\u00A0fox: (caf\u00E9) ju\u00ADmps\u2014over it!"))
        .isEqualTo(plain);
    assertThat(ngrams("the quick brown fox cafe jumps over it")).isNotEqualTo(plain);
  }

  @Test
  void aShortTextIsOneRunThatNoLongerTextHas() {
    assertThat(ngrams("only three words")).hasSize(1);
    assertThat(ngrams("only three words and then")).doesNotContain(ngrams("only three words"));
    assertThat(ngrams("…!?")).isEmpty();
  }

  @Test
  void aWordKnowsItsPlace() {
    String text = "One, two \u4E2D\u6587 three";
    ComparedWords words = ComparedWords.of(text);

    assertThat(words.size()).isEqualTo(5);
    assertThat(text.substring(words.start(1), words.end(1))).isEqualTo("two");
    assertThat(text.substring(words.start(3), words.end(3))).isEqualTo("\u6587");
  }

  @Test
  void whatIsCutLeavesTheRestJoined() {
    String text = "First part. Second part. Third part.";
    java.util.List<Stretch> parts = TextUnit.SENTENCE.of(text);

    assertThat(parts).hasSize(3);
    assertThat(Stretch.cut(text, parts.subList(1, 2), " ")).isEqualTo("First part. Third part.");
    assertThat(Stretch.cut(text, parts, " ")).isEmpty();
  }

  private static long[] ngrams(String text) {
    return WordNGrams.of(ComparedWords.of(text), 5);
  }

  private static double agreement(long[] one, long[] other) {
    int equal = 0;
    for (int i = 0; i < one.length; i++) {
      equal += one[i] == other[i] ? 1 : 0;
    }
    return (double) equal / one.length;
  }
}
