package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.text.TextUnit;
import java.io.Serializable;

/**
 * Which paragraphs of training documents are cut because others have them too.
 *
 * @param minimumRepeats a paragraph that occurs so often is left in the first of its places only; 0
 *     = none is cut
 * @param unit what counts as a paragraph
 * @param minimumWords shorter ones are never cut
 */
public record RepeatedParagraphSettings(int minimumRepeats, TextUnit unit, int minimumWords)
    implements Switched, Serializable {
  /** None is cut. */
  public static final RepeatedParagraphSettings OFF =
      new RepeatedParagraphSettings(0, TextUnit.PARAGRAPH, 5);

  public RepeatedParagraphSettings {
    if (minimumRepeats < 0 || minimumRepeats == 1) {
      throw new ConfigException(
          "minimum_repeats is %d but must be 0 (off) or at least 2".formatted(minimumRepeats));
    }
    Rule.positive("minimum_words", minimumWords);
  }

  @Override
  public boolean on() {
    return minimumRepeats > 0;
  }
}
