package io.espalier.job;

import io.espalier.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Makes text of tokens as soon as their bytes are whole characters. For one thread. */
final class TextStream {
  /** What the tokenizer writes for bytes that aren't UTF-8. */
  private static final String BROKEN = "\uFFFD";

  /** A character has four bytes at most: whatever is broken longer than that stays so. */
  private static final int LONGEST_CHARACTER_TOKENS = 4;

  private final Tokenizer tokenizer;
  private final List<Integer> pending = new ArrayList<>();

  TextStream(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that this token makes whole; empty while a character isn't. */
  String append(int id) {
    pending.add(id);
    String text = text();
    if (text.endsWith(BROKEN) && pending.size() < LONGEST_CHARACTER_TOKENS) {
      return "";
    }
    pending.clear();
    return text;
  }

  /** What is left at the end. */
  String finish() {
    return pending.isEmpty() ? "" : text();
  }

  private String text() {
    return tokenizer.decode(pending.stream().mapToInt(Integer::intValue).toArray());
  }
}
