package io.espalier.report;

import java.util.List;

/**
 * Whose text it is.
 *
 * @param finding in one sentence
 */
public record LicenceView(List<LicenceFact> rows, String finding) {

  static LicenceView of(List<LicenceFact> facts) {
    long all = facts.stream().mapToLong(LicenceFact::bytes).sum();
    long stated =
        facts.stream().filter(f -> !f.licence().isEmpty()).mapToLong(LicenceFact::bytes).sum();
    long licences =
        facts.stream().map(LicenceFact::licence).filter(l -> !l.isEmpty()).distinct().count();
    String finding =
        stated == 0
            ? "No licence is stated: data.training and data.evaluation have the keys licence, url and provenance for it."
            : "%s of the text has a stated licence, in %s; who trains on it, or passes it on, has to keep to them."
                .formatted(
                    Numbers.share((double) stated / all), Phrases.counted(licences, "wording"));
    return new LicenceView(facts, finding);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** What the table has in the place of words that nobody said. */
  public static String licence(LicenceFact fact) {
    return fact.licence().isEmpty() ? "not stated" : fact.licence();
  }

  public static String origin(LicenceFact fact) {
    return fact.origins() > 1
        ? "%s and %s more".formatted(fact.url(), Numbers.count(fact.origins() - 1))
        : fact.url();
  }

  public static String bytesText(LicenceFact fact) {
    return Numbers.bytes(fact.bytes());
  }
}
