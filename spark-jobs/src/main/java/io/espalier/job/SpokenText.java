package io.espalier.job;

import java.util.List;

/**
 * A text that was written, with who wrote it.
 *
 * @param prompt what it goes on from
 * @param text what was written
 * @param tokens one after another
 * @param experts who took part, those with the largest share first
 */
public record SpokenText(String prompt, String text, List<Token> tokens, List<Share> experts) {
  public SpokenText {
    tokens = List.copyOf(tokens);
    experts = List.copyOf(experts);
  }

  /**
   * One token.
   *
   * @param text the characters that it makes whole: none where its bytes are a part of one
   * @param expert the most probable one before it, given the text so far; the checkpoint where
   *     there is one
   * @param posterior that expert's share of what decided the token
   */
  public record Token(int id, String text, String expert, double posterior) {}

  /**
   * An expert's part in the text.
   *
   * @param tokens for which it was the most probable one
   * @param meanPosterior its share, over all tokens
   */
  public record Share(String expert, long tokens, double meanPosterior) {}
}
