package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.io.Serializable;
import java.util.List;

/**
 * What training documents may not share with evaluation documents and benchmarks.
 *
 * @param ngramTokens words in a row that no training document may share; 0 = any may
 * @param benchmarks files, folders or globs of further evaluation text: JSON lines or plain text
 * @param benchmarkField of JSON lines that holds the text
 * @param maximumDocuments n-grams in more training documents than these are boilerplate and may be
 *     shared; 0 = there is no boilerplate
 * @param marginWords that are cut on either side of a stretch; cut only
 * @param minimumWords that must be left of a document from which something was cut; cut only
 */
public record DecontaminationSettings(
    int ngramTokens,
    DecontaminationAction action,
    List<String> benchmarks,
    String benchmarkField,
    int maximumDocuments,
    int marginWords,
    int minimumWords)
    implements Switched, Serializable {
  /** Any may be shared. */
  public static final DecontaminationSettings OFF =
      new DecontaminationSettings(0, DecontaminationAction.REJECT, List.of(), "text", 0, 20, 20);

  public DecontaminationSettings {
    benchmarks = List.copyOf(benchmarks);
    Rule.between("ngram_tokens", ngramTokens, 0, 1000);
    Rule.notNegative("maximum_documents", maximumDocuments);
    Rule.notNegative("margin_words", marginWords);
    Rule.notNegative("minimum_words", minimumWords);
    if (ngramTokens == 0 && !benchmarks.isEmpty()) {
      throw new ConfigException(
          "benchmarks has %s but ngram_tokens is 0, so nothing is compared with it; 13 would work"
              .formatted(benchmarks.get(0)));
    }
  }

  @Override
  public boolean on() {
    return ngramTokens > 0;
  }

  boolean cuts() {
    return action == DecontaminationAction.CUT;
  }
}
