package io.espalier.job;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How alike two texts are, as TRUTH.json counts it: by definition and not by hashes. */
final class TextLikeness {
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

  private TextLikeness() {}

  /** Jaccard similarity of their sets of runs of five words. */
  static double jaccard(String one, String other) {
    Set<List<String>> a = ngrams(one, 5);
    Set<List<String>> b = ngrams(other, 5);
    Set<List<String>> shared = new HashSet<>(a);
    shared.retainAll(b);
    return (double) shared.size() / (a.size() + b.size() - shared.size());
  }

  /** Whether a run of so many words stands in both; a shorter text is a run by itself. */
  static boolean share(String one, String other, int words) {
    Set<List<String>> shared = ngrams(one, words);
    shared.retainAll(ngrams(other, words));
    return !shared.isEmpty();
  }

  /** Words after NFKC and lower-casing, without format characters. */
  static List<String> words(String text) {
    String folded =
        Normalizer.normalize(text, Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT)
            .replaceAll("\\p{Cf}", "");
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(folded);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static Set<List<String>> ngrams(String text, int n) {
    List<String> words = words(text);
    Set<List<String>> ngrams = new HashSet<>();
    if (words.size() < n) {
      ngrams.add(words);
    }
    for (int i = 0; i + n <= words.size(); i++) {
      ngrams.add(words.subList(i, i + n));
    }
    return ngrams;
  }
}
