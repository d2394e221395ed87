package io.espalier.prep;

import io.espalier.text.DocumentFilter;
import io.espalier.text.EditedText;
import io.espalier.text.Rejection;
import io.espalier.text.TextCleaner;
import io.espalier.text.TextEdit;
import io.espalier.text.UnicodeForm;
import io.espalier.text.Verdict;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What looks at one text alone: cleaning and edits, then the filters, each in its order. */
record DocumentChecks(UnicodeForm form, List<TextEdit> edits, List<DocumentFilter> filters)
    implements Serializable {

  DocumentChecks {
    edits = List.copyOf(edits);
    filters = List.copyOf(filters);
  }

  /**
   * What became of a text.
   *
   * @param text cleaned and edited; as it was read if nothing was left of it
   * @param edits what was changed and how often: {@code markup:tags=1,personal_data:email=2}
   * @param language that a filter found the text to be in; empty if none was asked
   * @param stage where it was rejected; empty if it was kept
   */
  record Outcome(
      String text, String edits, String language, String stage, Optional<Rejection> rejection) {
    /** The same, or rejected by a later stage if it was kept so far. */
    Outcome or(String laterStage, Optional<Rejection> later) {
      return rejection.isPresent() || later.isEmpty()
          ? this
          : new Outcome(text, edits, language, laterStage, later);
    }
  }

  Outcome check(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    String edited = text;
    boolean clean = false;
    for (TextEdit edit : edits) {
      if (!clean && !edit.beforeCleaning()) {
        edited = TextCleaner.clean(edited, form);
        clean = true;
      }
      EditedText result = edit.edit(edited);
      result.counts().forEach((name, count) -> counts.merge(name, count, Integer::sum));
      if (result.rejection().isPresent()) {
        return new Outcome(result.text(), summary(counts), "", "filter", result.rejection());
      }
      clean &= result.counts().isEmpty();
      edited = result.text();
    }
    return filtered(text, clean ? edited : TextCleaner.clean(edited, form), summary(counts));
  }

  private Outcome filtered(String read, String text, String changes) {
    if (text.isEmpty()) {
      String detail = "nothing is left of %d characters after cleaning".formatted(read.length());
      return new Outcome(
          read, changes, "", "clean", Optional.of(new Rejection("empty_text", detail)));
    }
    String language = "";
    for (DocumentFilter filter : filters) {
      Verdict verdict = filter.verdict(text);
      language = verdict.language().isEmpty() ? language : verdict.language();
      if (verdict.rejection().isPresent()) {
        return new Outcome(text, changes, language, "filter", verdict.rejection());
      }
    }
    return new Outcome(text, changes, language, "", Optional.empty());
  }

  private static String summary(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
