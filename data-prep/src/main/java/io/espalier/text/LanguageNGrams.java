package io.espalier.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.Context;

/**
 * The n-grams of a language detector's maximum-entropy model, laid out flat and small enough to
 * stay in a processor's cache: the library makes strings of a text's n-grams and finds them by two
 * hash maps, which takes longer than all else that is done to a document. The answers are the
 * library's, with what an n-gram says in single precision: a confidence is the same in four digits.
 *
 * <p>Immutable and thread-safe.
 */
final class LanguageNGrams {
  private static final int MOST_CHARACTERS = 3;

  /** A byte tells them apart. */
  private static final int MOST_LANGUAGES = 256;

  /** An n-gram that speaks of one language in so many or more has a row for all of them. */
  private static final int ROW_SHARE = 4;

  /** Of the number of a character, and of an n-gram. */
  private static final int CHARACTER_BITS = 14;

  private static final int ORDINAL_BITS = 64 - MOST_CHARACTERS * CHARACTER_BITS;

  /** So many rows are added in single precision before the sum goes to one in double precision. */
  private static final int ROWS_PER_SUM = 32;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** Each character's number, from 1; 0 = no n-gram has it. */
  private final char[] alphabet = new char[Character.MAX_VALUE + 1];

  private int characters;

  /** Open addressing: an n-gram's {@link #key}, and its ordinal in the lowest bits; 0 = free. */
  private final long[] slots;

  private final int mask;
  private final int count;

  /**
   * Frequent n-grams have the first ordinals and say something of nearly all languages: a row each,
   * one number a language, which is added as a vector.
   */
  private final float[] rows;

  private final int rowCount;

  /** Where what each rare n-gram says begins, and at last where that of the last one ends. */
  private final int[] starts;

  /** Each rare n-gram in its place: of which language it says something, and what. */
  private final byte[] languages;

  private final float[] parameters;
  private final String[] codes;

  private LanguageNGrams(Map<String, Context> nGrams, String[] codes) {
    this.codes = codes;
    this.count = nGrams.size();
    this.slots = new long[Integer.highestOneBit(Math.max(8, count)) * 4];
    this.mask = slots.length - 1;
    List<Map.Entry<String, Context>> frequent = new ArrayList<>();
    List<Map.Entry<String, Context>> rare = new ArrayList<>();
    nGrams.entrySet().forEach(nGram -> (hasRow(nGram.getValue()) ? frequent : rare).add(nGram));
    this.rowCount = frequent.size();
    this.rows = new float[rowCount * codes.length];
    for (int row = 0; row < rowCount; row++) {
      fillRow(row, frequent.get(row).getValue());
      put(frequent.get(row).getKey(), row);
    }
    int size = rare.stream().mapToInt(nGram -> nGram.getValue().getOutcomes().length).sum();
    this.starts = new int[rare.size() + 1];
    this.languages = new byte[size];
    this.parameters = new float[size];
    for (int i = 0; i < rare.size(); i++) {
      starts[i + 1] = append(rare.get(i).getValue(), starts[i]);
      put(rare.get(i).getKey(), rowCount + i);
    }
  }

  private boolean hasRow(Context nGram) {
    return nGram.getOutcomes().length * ROW_SHARE >= codes.length;
  }

  private void fillRow(int row, Context nGram) {
    int[] outcomes = nGram.getOutcomes();
    for (int i = 0; i < outcomes.length; i++) {
      rows[row * codes.length + outcomes[i]] = (float) nGram.getParameters()[i];
    }
  }

  /** Returns where it ends. */
  private int append(Context nGram, int first) {
    int[] outcomes = nGram.getOutcomes();
    for (int i = 0; i < outcomes.length; i++) {
      languages[first + i] = (byte) outcomes[i];
      parameters[first + i] = (float) nGram.getParameters()[i];
    }
    return first + outcomes.length;
  }

  /** Those of a model that looks at 1 to 3 characters, without a prior, as all such models do. */
  static LanguageNGrams of(LanguageDetectorModel model) {
    Object[] parts = ((AbstractModel) model.getMaxentModel()).getDataStructures();
    @SuppressWarnings("unchecked") // documented so
    Map<String, Context> nGrams = (Map<String, Context>) parts[1];
    String[] codes = (String[]) parts[2];
    if (codes.length > MOST_LANGUAGES || nGrams.size() >= 1 << ORDINAL_BITS) {
      throw new IllegalArgumentException(
          "%d languages or %d n-grams are too many".formatted(codes.length, nGrams.size()));
    }
    return new LanguageNGrams(nGrams, codes);
  }

  /** The model's codes of its languages. */
  String[] codes() {
    return codes.clone();
  }

  /**
   * The most likely language of a text.
   *
   * @param text as {@link LanguageText} makes it
   */
  Language best(String text) {
    Likelihoods likelihoods = new Likelihoods();
    for (int i = 0; i < text.length(); i++) {
      long key = 0;
      int end = Math.min(text.length(), i + MOST_CHARACTERS);
      for (int next = i; next < end; next++) {
        char number = alphabet[text.charAt(next)];
        if (number == 0) {
          break;
        }
        key = key(key, number);
        long slot = slots[slot(key)];
        if (slot != 0) {
          likelihoods.addOnce(ordinal(slot));
        }
      }
    }
    return likelihoods.best();
  }

  private static long key(long start, char number) {
    return start << CHARACTER_BITS | number;
  }

  private static int ordinal(long slot) {
    return (int) slot & (1 << ORDINAL_BITS) - 1;
  }

  private void put(String nGram, int ordinal) {
    if (nGram.isEmpty() || nGram.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("n-gram of %d characters".formatted(nGram.length()));
    }
    long key = 0;
    for (int i = 0; i < nGram.length(); i++) {
      key = key(key, number(nGram.charAt(i)));
    }
    slots[slot(key)] = key << ORDINAL_BITS | ordinal;
  }

  private char number(char c) {
    if (alphabet[c] == 0) {
      characters++;
      if (characters >= 1 << CHARACTER_BITS) {
        throw new IllegalArgumentException("n-grams of %d characters".formatted(characters));
      }
      alphabet[c] = (char) characters;
    }
    return alphabet[c];
  }

  /** Where the n-gram is, or would be. */
  private int slot(long key) {
    int slot = (int) ((key * FACTOR) >>> 32) & mask;
    while (slots[slot] != 0 && slots[slot] >>> ORDINAL_BITS != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** What a text's n-grams say of each language, each n-gram once. Used by one thread. */
  private final class Likelihoods {
    private final double[] sums = new double[codes.length];
    private final float[] rowSums = new float[codes.length];
    private final long[] seen = new long[count / 64 + 1];
    private int rowsInSum;

    Likelihoods() {
      Arrays.fill(sums, StrictMath.log(1.0 / codes.length));
    }

    void addOnce(int ordinal) {
      if ((seen[ordinal >> 6] & 1L << ordinal) != 0) {
        return;
      }
      seen[ordinal >> 6] |= 1L << ordinal;
      if (ordinal < rowCount) {
        addRow(ordinal * codes.length);
      } else {
        addRare(ordinal - rowCount);
      }
    }

    private void addRare(int rare) {
      for (int i = starts[rare]; i < starts[rare + 1]; i++) {
        sums[languages[i] & 0xFF] += parameters[i];
      }
    }

    /** A loop that the compiler makes vectors of. */
    private void addRow(int first) {
      for (int language = 0; language < rowSums.length; language++) {
        rowSums[language] += rows[first + language];
      }
      if (++rowsInSum == ROWS_PER_SUM) {
        endSum();
      }
    }

    private void endSum() {
      for (int language = 0; language < rowSums.length; language++) {
        sums[language] += rowSums[language];
        rowSums[language] = 0;
      }
      rowsInSum = 0;
    }

    Language best() {
      endSum();
      int best = 0;
      double sum = 0;
      for (int i = 0; i < sums.length; i++) {
        sums[i] = StrictMath.exp(sums[i]);
        sum += sums[i];
        best = sums[i] > sums[best] ? i : best;
      }
      return new Language(codes[best], sums[best] / sum);
    }
  }
}
