package io.espalier.report;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How domains agree with labels that were known.
 *
 * @param purity share of the documents that have their domain's most frequent label
 * @param normalizedMutualInformation 1 = domain and label say each other, 0 = nothing
 * @param balance entropy of the domains' sizes over its largest value: 1 = all of one size
 * @param documents domain → label → how many; empty if nobody asked
 */
public record ClusterFact(
    double purity,
    double normalizedMutualInformation,
    double balance,
    SortedMap<String, SortedMap<String, Long>> documents) {
  /** Nobody asked. */
  public static final ClusterFact NONE = new ClusterFact(0, 0, 0, new TreeMap<>());
}
