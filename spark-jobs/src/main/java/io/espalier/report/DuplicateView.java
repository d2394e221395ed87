package io.espalier.report;

import java.util.ArrayList;
import java.util.List;

/**
 * How often documents stood in the corpus.
 *
 * @param sizes groups by the number of records in them
 * @param finding in one sentence
 */
public record DuplicateView(Chart sizes, String finding) {
  /** Where classes of sizes begin. */
  private static final long[] CLASSES = {2, 3, 4, 5, 6, 11, 101, Long.MAX_VALUE};

  static DuplicateView of(DuplicateFact fact) {
    List<String> labels = new ArrayList<>();
    List<Double> groups = new ArrayList<>();
    for (int i = 0; i + 1 < CLASSES.length; i++) {
      long first = CLASSES[i];
      long next = CLASSES[i + 1];
      long count =
          fact.groups().entrySet().stream()
              .filter(e -> e.getKey() >= first && e.getKey() < next)
              .mapToLong(java.util.Map.Entry::getValue)
              .sum();
      if (count > 0) {
        labels.add(label(first, next));
        groups.add((double) count);
      }
    }
    Chart chart =
        new Chart(
            "duplicate-groups",
            "bars",
            "number of groups",
            "",
            labels,
            List.of(new Chart.Series("groups", "c1", false, List.of(), groups)));
    return new DuplicateView(chart, finding(fact));
  }

  public boolean isEmpty() {
    return sizes.labels().isEmpty();
  }

  private static String label(long first, long next) {
    if (next == first + 1) {
      return first + " records";
    }
    return next == Long.MAX_VALUE ? "more" : "%d–%d records".formatted(first, next - 1);
  }

  private static String finding(DuplicateFact fact) {
    if (fact.groups().isEmpty()) {
      return "No record was a copy of another.";
    }
    long groups = fact.groups().values().stream().mapToLong(Long::longValue).sum();
    long copies =
        fact.groups().entrySet().stream().mapToLong(e -> (e.getKey() - 1) * e.getValue()).sum();
    return "%s left out as copies of %s; the largest group has %s."
        .formatted(
            Phrases.counted(copies, "record"),
            Phrases.counted(groups, "document"),
            Numbers.count(fact.groups().lastKey()));
  }
}
