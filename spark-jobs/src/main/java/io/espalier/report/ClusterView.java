package io.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * What domains that were found in the text consist of.
 *
 * @param finding in one sentence
 */
public record ClusterView(List<Row> rows, String finding) {
  /** The rest of a domain is in few documents. */
  private static final int LABELS = 4;

  /**
   * One domain.
   *
   * @param share of its most frequent label
   * @param labels the most frequent ones with their shares
   */
  public record Row(String domain, long documents, String share, String labels) {}

  static ClusterView of(ClusterFact fact) {
    List<Row> rows = new ArrayList<>();
    fact.documents().forEach((domain, labels) -> rows.add(row(domain, labels)));
    String finding =
        String.format(
            Locale.ROOT,
            "Purity %.3f, normalised mutual information %.3f, balance %.3f.",
            fact.purity(),
            fact.normalizedMutualInformation(),
            fact.balance());
    return new ClusterView(rows, finding);
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  private static Row row(String domain, SortedMap<String, Long> labels) {
    long documents = labels.values().stream().mapToLong(Long::longValue).sum();
    List<Map.Entry<String, Long>> largest =
        labels.entrySet().stream().sorted(Numbers.LARGEST_FIRST).limit(LABELS).toList();
    String words =
        largest.stream()
            .map(e -> "%s %s".formatted(e.getKey(), share(e.getValue(), documents)))
            .collect(Collectors.joining(", "));
    return new Row(domain, documents, share(largest.get(0).getValue(), documents), words);
  }

  private static String share(long part, long all) {
    return Numbers.share((double) part / all);
  }
}
