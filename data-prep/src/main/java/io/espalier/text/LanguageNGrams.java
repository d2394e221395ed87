package io.espalier.text;

import java.util.Arrays;
import java.util.Map;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.ml.model.AbstractModel;
import opennlp.tools.ml.model.Context;

/**
 * The n-grams of a language detector's maximum-entropy model, laid out flat: the library makes
 * strings of a text's n-grams and finds them by two hash maps, which takes longer than all else
 * that is done to a document. The answers are the library's, but for the order in which numbers are
 * added.
 *
 * <p>Immutable and thread-safe.
 */
final class LanguageNGrams {
  private static final int MOST_CHARACTERS = 3;

  /** A byte tells them apart. */
  private static final int MOST_LANGUAGES = 256;

  /** An n-gram that speaks of one language in so many or more has a row for all of them. */
  private static final int ROW_SHARE = 4;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /**
   * Open addressing, two numbers a slot, which share a line of the processor's cache: an n-gram as
   * {@link #key} packs it (0 = the slot is free), and where what it says begins and ends, 32 bits
   * each, or the complement of its row.
   */
  private final long[] slots;

  private final int mask;

  /** Each rare n-gram in its place: of which language it says something, and what. */
  private final byte[] languages;

  private final double[] parameters;

  /**
   * Frequent n-grams say something of nearly all languages: a row each, one number a language,
   * which is added as a vector.
   */
  private final double[] rows;

  private final String[] codes;

  private LanguageNGrams(Map<String, Context> nGrams, String[] codes) {
    int capacity = Integer.highestOneBit(Math.max(8, nGrams.size())) * 4;
    this.codes = codes;
    this.slots = new long[2 * capacity];
    this.mask = capacity - 1;
    int size = 0;
    int rowCount = 0;
    for (Context nGram : nGrams.values()) {
      if (hasRow(nGram)) {
        rowCount++;
      } else {
        size += nGram.getOutcomes().length;
      }
    }
    this.languages = new byte[size];
    this.parameters = new double[size];
    this.rows = new double[rowCount * codes.length];
    int end = 0;
    int row = 0;
    for (Map.Entry<String, Context> nGram : nGrams.entrySet()) {
      if (hasRow(nGram.getValue())) {
        fillRow(row, nGram.getValue());
        put(nGram.getKey(), ~row++);
      } else {
        int first = end;
        end = append(nGram.getValue(), first);
        put(nGram.getKey(), (long) first << 32 | end);
      }
    }
  }

  private boolean hasRow(Context nGram) {
    return nGram.getOutcomes().length * ROW_SHARE >= codes.length;
  }

  private void fillRow(int row, Context nGram) {
    int[] outcomes = nGram.getOutcomes();
    for (int i = 0; i < outcomes.length; i++) {
      rows[row * codes.length + outcomes[i]] = nGram.getParameters()[i];
    }
  }

  /** Returns where it ends. */
  private int append(Context nGram, int first) {
    int[] outcomes = nGram.getOutcomes();
    for (int i = 0; i < outcomes.length; i++) {
      languages[first + i] = (byte) outcomes[i];
      parameters[first + i] = nGram.getParameters()[i];
    }
    return first + outcomes.length;
  }

  /** Those of a model that looks at 1 to 3 characters, without a prior, as all such models do. */
  static LanguageNGrams of(LanguageDetectorModel model) {
    Object[] parts = ((AbstractModel) model.getMaxentModel()).getDataStructures();
    @SuppressWarnings("unchecked") // documented so
    Map<String, Context> nGrams = (Map<String, Context>) parts[1];
    String[] codes = (String[]) parts[2];
    if (codes.length > MOST_LANGUAGES) {
      throw new IllegalArgumentException(
          "%d languages are more than %d".formatted(codes.length, MOST_LANGUAGES));
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
    double[] likelihoods = new double[MOST_LANGUAGES];
    Arrays.fill(likelihoods, 0, codes.length, StrictMath.log(1.0 / codes.length));
    long[] seen = new long[mask / 64 + 1];
    for (int i = 0; i < text.length(); i++) {
      long nGram = 0;
      int most = Math.min(MOST_CHARACTERS, text.length() - i);
      for (int n = 0; n < most; n++) {
        nGram = key(nGram, n, text.charAt(i + n));
        addOnce(nGram, seen, likelihoods);
      }
    }
    return best(likelihoods);
  }

  private void addOnce(long nGram, long[] seen, double[] likelihoods) {
    int slot = slot(nGram);
    if (slots[2 * slot] == 0 || (seen[slot >> 6] & 1L << slot) != 0) {
      return;
    }
    seen[slot >> 6] |= 1L << slot;
    long place = slots[2 * slot + 1];
    if (place < 0) {
      addRow((int) ~place * codes.length, likelihoods);
      return;
    }
    int end = (int) place;
    for (int i = (int) (place >>> 32); i < end; i++) {
      likelihoods[languages[i] & 0xFF] += parameters[i];
    }
  }

  /** A loop that the compiler makes vectors of. */
  private void addRow(int first, double[] likelihoods) {
    for (int language = 0; language < codes.length; language++) {
      likelihoods[language] += rows[first + language];
    }
  }

  private Language best(double[] likelihoods) {
    int best = 0;
    double sum = 0;
    for (int i = 0; i < codes.length; i++) {
      likelihoods[i] = StrictMath.exp(likelihoods[i]);
      sum += likelihoods[i];
      best = likelihoods[i] > likelihoods[best] ? i : best;
    }
    return new Language(codes[best], likelihoods[best] / sum);
  }

  /** The first n characters and one more; their number makes it differ from shorter ones. */
  private static long key(long start, int n, char next) {
    return (start & 0xFFFF_FFFF_FFFFL) | (long) next << (16 * n) | (n + 1L) << 48;
  }

  private void put(String nGram, long place) {
    if (nGram.isEmpty() || nGram.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("n-gram of %d characters".formatted(nGram.length()));
    }
    long key = 0;
    for (int n = 0; n < nGram.length(); n++) {
      key = key(key, n, nGram.charAt(n));
    }
    int slot = slot(key);
    slots[2 * slot] = key;
    slots[2 * slot + 1] = place;
  }

  /** Where the n-gram is, or would be. */
  private int slot(long key) {
    int slot = (int) ((key * FACTOR) >>> 32) & mask;
    while (slots[2 * slot] != key && slots[2 * slot] != 0) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
