package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which differences are more than chance, looked up by model, baseline and domain. */
final class Significance {
  /** Marks a difference that may be chance. */
  static final String MARK = "~";

  private final Map<Key, Comparison> comparisons = new LinkedHashMap<>();

  private record Key(String model, String baseline, String domain) {}

  private Significance(List<Comparison> all) {
    all.forEach(c -> comparisons.put(new Key(c.model(), c.baseline(), c.domain()), c));
  }

  static Significance of(List<Comparison> comparisons) {
    return new Significance(comparisons);
  }

  boolean isEmpty() {
    return comparisons.isEmpty();
  }

  Optional<Comparison> of(String model, String baseline, String domain) {
    return Optional.ofNullable(comparisons.get(new Key(model, baseline, domain)));
  }

  /** Whether the difference was tested and may be chance. */
  boolean isUncertain(String model, String baseline, String domain) {
    return of(model, baseline, domain).filter(c -> !c.verdict().isSignificant()).isPresent();
  }

  /** What to say after a difference: nothing, or that it isn't significant. */
  String words(String model, String baseline, String domain) {
    return of(model, baseline, domain)
        .filter(c -> !c.verdict().isSignificant())
        .map(
            c ->
                c.verdict() == Verdict.TOO_FEW_DOCUMENTS
                    ? ", too few documents to tell"
                    : ", not significant")
        .orElse("");
  }
}
