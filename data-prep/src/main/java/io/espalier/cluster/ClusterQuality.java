package io.espalier.cluster;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How clusters agree with labels that somebody knows.
 *
 * @param purity share of the documents that have their cluster's most frequent label
 * @param normalizedMutualInformation mutual information of cluster and label over the mean of their
 *     entropies: 1 = each says the other, 0 = nothing
 * @param balance entropy of the clusters' sizes over its largest value: 1 = all of one size
 * @param documents cluster → label → how many
 */
public record ClusterQuality(
    double purity,
    double normalizedMutualInformation,
    double balance,
    SortedMap<String, SortedMap<String, Long>> documents) {

  /** Measures counts; both maps in full, without empty ones. */
  public static ClusterQuality of(SortedMap<String, SortedMap<String, Long>> documents) {
    SortedMap<String, Long> clusters = new TreeMap<>();
    SortedMap<String, Long> labels = new TreeMap<>();
    SortedMap<String, Long> pairs = new TreeMap<>();
    long pure = 0;
    for (Map.Entry<String, SortedMap<String, Long>> cluster : documents.entrySet()) {
      long largest = 0;
      for (Map.Entry<String, Long> label : cluster.getValue().entrySet()) {
        clusters.merge(cluster.getKey(), label.getValue(), Long::sum);
        labels.merge(label.getKey(), label.getValue(), Long::sum);
        pairs.put(cluster.getKey() + "\n" + label.getKey(), label.getValue());
        largest = Math.max(largest, label.getValue());
      }
      pure += largest;
    }
    long total = clusters.values().stream().mapToLong(Long::longValue).sum();
    double ofClusters = entropy(clusters, total);
    double ofLabels = entropy(labels, total);
    double mutual = ofClusters + ofLabels - entropy(pairs, total);
    double mean = (ofClusters + ofLabels) / 2;
    return new ClusterQuality(
        total == 0 ? 1 : (double) pure / total,
        mean == 0 ? 1 : Math.max(0, mutual / mean),
        clusters.size() < 2 ? 1 : ofClusters / Math.log(clusters.size()),
        documents);
  }

  private static double entropy(SortedMap<String, Long> counts, long total) {
    double entropy = 0;
    for (long count : counts.values()) {
      double share = (double) count / total;
      entropy -= share * Math.log(share);
    }
    return entropy;
  }

  /** One line. */
  @Override
  public String toString() {
    return "purity %.3f, normalised mutual information %.3f, balance %.3f"
        .formatted(purity, normalizedMutualInformation, balance);
  }
}
