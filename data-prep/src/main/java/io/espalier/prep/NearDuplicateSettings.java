package io.espalier.prep;

import io.espalier.config.Rule;
import io.espalier.text.Banding;
import java.io.Serializable;

/**
 * Which documents count as nearly the same, and what becomes of them.
 *
 * @param jaccard smallest Jaccard similarity of their sets of word n-grams; 0 = none count
 * @param ngramWords words of an n-gram
 */
public record NearDuplicateSettings(double jaccard, int ngramWords, NearDuplicateAction action)
    implements Switched, Serializable {
  /** Below it, twenty bands don't find all pairs, and pages of one site count as the same. */
  private static final double LOWEST = 0.3;

  /** None count. */
  public static final NearDuplicateSettings OFF =
      new NearDuplicateSettings(0, 5, NearDuplicateAction.REJECT);

  public NearDuplicateSettings {
    if (jaccard != 0) {
      Rule.between("jaccard", jaccard, LOWEST, 1);
    }
    Rule.between("ngram_words", ngramWords, 1, 100);
  }

  @Override
  public boolean on() {
    return jaccard > 0;
  }

  /** Whether near duplicates are kept, in one split. */
  boolean keepsTogether() {
    return on() && action == NearDuplicateAction.KEEP_TOGETHER;
  }

  Banding banding() {
    return Banding.of(jaccard);
  }
}
