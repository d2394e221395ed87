package io.espalier.text;

import java.util.Arrays;

/**
 * How much of a text says again what it said before: the figures of Gopher's repetition rules (Rae
 * et al. 2021, table A1). Each is a share of the text's lines, paragraphs or characters. Used by
 * one thread.
 */
final class Repetition {
  private final String text;
  private final WordSpans words;
  private final long[] hashes;

  /** First words, ascending, of all n-grams of {@code openFor} words that occur more than once. */
  private int[] open;

  private int openFor;

  Repetition(String text) {
    this.text = text;
    this.words = WordSpans.of(text);
    this.hashes = new long[words.count()];
    for (int word = 0; word < hashes.length; word++) {
      hashes[word] = words.hash(word);
    }
    this.open = all();
  }

  /**
   * Shares of pieces that occurred before.
   *
   * @param characters of those pieces, of the text's
   */
  record Duplicates(double pieces, double characters) {}

  int words() {
    return hashes.length;
  }

  Duplicates lines() {
    return pieces("\n");
  }

  Duplicates paragraphs() {
    return pieces("\n\n");
  }

  private Duplicates pieces(String separator) {
    LongCounts seen = new LongCounts(1 + (int) text.chars().filter(c -> c == '\n').count());
    long pieces = 0;
    long duplicates = 0;
    long characters = 0;
    for (int start = 0; start < text.length(); ) {
      int found = text.indexOf(separator, start);
      int end = found < 0 ? text.length() : found;
      int from = start;
      int to = end;
      while (from < to && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
      while (to > from && Character.isWhitespace(text.charAt(to - 1))) {
        to--;
      }
      if (to > from) {
        pieces++;
        if (seen.add(hash(from, to)) > 1) {
          duplicates++;
          characters += to - from;
        }
      }
      start = end + separator.length();
    }
    return new Duplicates(share(duplicates, pieces), share(characters, text.length()));
  }

  private long hash(int from, int to) {
    long hash = (long) to - from;
    for (int i = from; i < to; i++) {
      hash = WordSpans.mix(hash, text.charAt(i));
    }
    return hash;
  }

  /** Characters of all occurrences of the most frequent n-gram; 0 if none occurs twice. */
  double topNGram(int n) {
    int[] most = {1};
    long[] longest = {0};
    count(
        n,
        (first, count) -> {
          long length = length(first, n);
          if (count > most[0] || (count == most[0] && count > 1 && length > longest[0])) {
            most[0] = count;
            longest[0] = length;
          }
        });
    return most[0] < 2 ? 0 : Math.min(1, share(most[0] * longest[0], text.length()));
  }

  /** Characters of n-grams that occurred before, each counted once. */
  double duplicatedNGrams(int n) {
    long[] characters = {0};
    int[] countedTo = {0};
    count(
        n,
        (first, count) -> {
          if (count > 1) {
            int from = Math.max(countedTo[0], words.start(first));
            countedTo[0] = words.end(first + n - 1);
            characters[0] += countedTo[0] - from;
          }
        });
    return share(characters[0], text.length());
  }

  /** Is told of n-grams in the order of the text. */
  private interface Counted {
    /**
     * @param first word of the n-gram
     * @param count how often it occurred up to here
     */
    void nGram(int first, int count);
  }

  /**
   * Counts n-grams. An n-gram that occurs twice begins where a shorter one does that occurs twice:
   * when n rises, only those places are looked at, which soon are few.
   */
  private void count(int n, Counted counted) {
    if (n < openFor) {
      open = all();
    }
    LongCounts counts = new LongCounts(open.length);
    long[] nGrams = new long[open.length];
    int size = 0;
    while (size < open.length && open[size] + n <= hashes.length) {
      nGrams[size] = nGram(open[size], n);
      counted.nGram(open[size], counts.add(nGrams[size]));
      size++;
    }
    int again = 0;
    int[] repeated = new int[size];
    for (int i = 0; i < size; i++) {
      if (counts.of(nGrams[i]) > 1) {
        repeated[again++] = open[i];
      }
    }
    open = Arrays.copyOf(repeated, again);
    openFor = n;
  }

  private int[] all() {
    int[] all = new int[hashes.length];
    Arrays.setAll(all, word -> word);
    return all;
  }

  /** With one space between words, however many the text has: another occurrence may have fewer. */
  private long length(int first, int n) {
    long length = n - 1L;
    for (int word = first; word < first + n; word++) {
      length += words.end(word) - words.start(word);
    }
    return length;
  }

  private long nGram(int first, int n) {
    long hash = n;
    for (int i = first; i < first + n; i++) {
      hash = WordSpans.mix(hash, hashes[i]);
    }
    return hash;
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
