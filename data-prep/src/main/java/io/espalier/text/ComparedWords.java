package io.espalier.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text as comparisons between documents see them: runs of letters, digits, marks and
 * underscores after NFKC and lower-casing, without invisible format characters. An ideograph is a
 * word by itself, since nothing stands between the words of such text. Each word is a 64-bit hash
 * with the place it has in the text as given.
 *
 * <p>Words are normalised piece by piece between white space, where no composition reaches across,
 * so that plain text is never copied and every word knows where it stands.
 */
public final class ComparedWords {
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private long[] hashes = new long[64];
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int size;

  private ComparedWords() {}

  /** The words of a text in their order. */
  public static ComparedWords of(String text) {
    ComparedWords words = new ComparedWords();
    int start = 0;
    boolean plain = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ') {
        words.addPiece(text, start, i, plain);
        start = i + 1;
        plain = true;
      } else if (isIdeograph(c)) {
        words.addPiece(text, start, i, plain);
        words.add(mixed(c), i, i + 1);
        start = i + 1;
        plain = true;
      } else {
        plain &= c < 0x80;
      }
    }
    words.addPiece(text, start, text.length(), plain);
    return words;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Hash of a word. */
  public long hash(int word) {
    return hashes[word];
  }

  /** Where the word begins in the text. */
  public int start(int word) {
    return starts[word];
  }

  /** Where it ends, exclusive. */
  public int end(int word) {
    return ends[word];
  }

  private void addPiece(String text, int start, int end, boolean plain) {
    if (start == end) {
      return;
    }
    if (plain) {
      addPlain(text, start, end);
    } else {
      addNormalised(text.substring(start, end), start, end);
    }
  }

  private void addPlain(String text, int start, int end) {
    long hash = 0;
    int first = -1;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        c = (char) (c + ('a' - 'A'));
      }
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') {
        first = first < 0 ? i : first;
        hash = hash * FACTOR + c;
      } else if (first >= 0) {
        add(mixed(hash), first, i);
        first = -1;
        hash = 0;
      }
    }
    if (first >= 0) {
      add(mixed(hash), first, end);
    }
  }

  /** A word in it stands where the whole piece stands. */
  private void addNormalised(String piece, int start, int end) {
    String folded = Normalizer.normalize(piece, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    long hash = 0;
    boolean inWord = false;
    int codePoint;
    for (int i = 0; i < folded.length(); i += Character.charCount(codePoint)) {
      codePoint = folded.codePointAt(i);
      int type = Character.getType(codePoint);
      if (isWordPart(type, codePoint)) {
        hash = hash * FACTOR + codePoint;
        inWord = true;
      } else if (inWord && type != Character.FORMAT) {
        add(mixed(hash), start, end);
        hash = 0;
        inWord = false;
      }
    }
    if (inWord) {
      add(mixed(hash), start, end);
    }
  }

  private void add(long hash, int start, int end) {
    if (size == hashes.length) {
      int larger = Math.multiplyExact(size, 2);
      hashes = Arrays.copyOf(hashes, larger);
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
    }
    hashes[size] = hash;
    starts[size] = start;
    ends[size++] = end;
  }

  private static boolean isIdeograph(char c) {
    return c >= '\u3400' && c <= '\u9FFF';
  }

  private static boolean isWordPart(int type, int codePoint) {
    return switch (type) {
      case Character.LOWERCASE_LETTER,
          Character.UPPERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK ->
          true;
      default -> codePoint == '_';
    };
  }

  /** Spreads every bit over all (Stafford's variant 13 of MurmurHash3's finalizer). */
  static long mixed(long value) {
    long mixed = value;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
