package io.espalier.prep;

import io.espalier.text.DocumentFilter;
import io.espalier.text.Rejection;
import io.espalier.text.TextCleaner;
import io.espalier.text.UnicodeForm;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What looks at one text alone: cleaning, then the filters in their order. */
record DocumentChecks(UnicodeForm form, List<DocumentFilter> filters) implements Serializable {

  DocumentChecks {
    filters = List.copyOf(filters);
  }

  /**
   * What became of a text.
   *
   * @param text cleaned; as it was read if cleaning left nothing of it
   * @param stage where it was rejected; empty if it was kept
   */
  record Outcome(String text, String stage, Optional<Rejection> rejection) {}

  Outcome check(String text) {
    String cleaned = TextCleaner.clean(text, form);
    if (cleaned.isEmpty()) {
      String detail = "nothing is left of %d characters after cleaning".formatted(text.length());
      return new Outcome(text, "clean", Optional.of(new Rejection("empty_text", detail)));
    }
    return filters.stream()
        .flatMap(filter -> filter.reasonToReject(cleaned).stream())
        .findFirst()
        .map(rejection -> new Outcome(cleaned, "filter", Optional.of(rejection)))
        .orElseGet(() -> new Outcome(cleaned, "", Optional.empty()));
  }
}
