package io.espalier.text;

/** Where the words of a text are: what white space divides, as in Gopher's rules. */
final class WordSpans {
  private final String text;
  private final IntList starts = new IntList();
  private final IntList ends = new IntList();

  private WordSpans(String text) {
    this.text = text;
  }

  static WordSpans of(String text) {
    WordSpans words = new WordSpans(text);
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && !Character.isWhitespace(text.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.starts.add(start);
        words.ends.add(i);
        start = -1;
      }
    }
    return words;
  }

  int count() {
    return starts.size();
  }

  int start(int word) {
    return starts.get(word);
  }

  int end(int word) {
    return ends.get(word);
  }

  /** Characters of the words, without the spaces between. */
  long characters() {
    long characters = 0;
    for (int word = 0; word < count(); word++) {
      characters += end(word) - start(word);
    }
    return characters;
  }

  boolean hasLetter(int word) {
    for (int i = start(word); i < end(word); i++) {
      if (Character.isLetter(text.codePointAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** A 64-bit hash of a word's characters. */
  long hash(int word) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int i = start(word); i < end(word); i++) {
      hash = mix(hash, text.charAt(i));
    }
    return hash;
  }

  static long mix(long hash, long value) {
    long mixed = (hash ^ value) * 0xFF51AFD7ED558CCDL;
    return mixed ^ (mixed >>> 29);
  }
}
