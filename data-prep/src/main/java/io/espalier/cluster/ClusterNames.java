package io.espalier.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names that say what a cluster is about: its number, and the three terms whose mean tf-idf in the
 * cluster exceeds that in all documents most, such as {@code cluster_0_court_law_section}.
 */
final class ClusterNames {
  private static final int TERMS = 3;

  /** With the number and what later divisions append, well below what a folder's name may have. */
  private static final int MOST_BYTES = 80;

  private ClusterNames() {}

  static List<String> of(
      String prefix, SparseRows documents, int[] assignment, int clusters, List<String> terms) {
    double[][] sums = new double[clusters][terms.size()];
    int[] sizes = new int[clusters];
    double[] all = new double[terms.size()];
    for (int row = 0; row < documents.rows(); row++) {
      sizes[assignment[row]]++;
      for (int i = documents.starts()[row]; i < documents.starts()[row + 1]; i++) {
        sums[assignment[row]][documents.columns()[i]] += documents.values()[i];
        all[documents.columns()[i]] += documents.values()[i];
      }
    }
    return IntStream.range(0, clusters)
        .mapToObj(
            c -> {
              double[] excess = new double[terms.size()];
              for (int term = 0; term < excess.length; term++) {
                excess[term] = sums[c][term] / Math.max(1, sizes[c]) - all[term] / documents.rows();
              }
              return name(prefix + "_" + c, excess, terms);
            })
        .toList();
  }

  private static String name(String start, double[] excess, List<String> terms) {
    List<String> best =
        IntStream.range(0, excess.length)
            .filter(term -> excess[term] > 0 && !terms.get(term).equals(Terms.NUMBER))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer term) -> -excess[term]))
            .limit(TERMS)
            .map(terms::get)
            .toList();
    StringBuilder name = new StringBuilder(start);
    for (String term : best) {
      String longer = name + "_" + term;
      if (longer.getBytes(StandardCharsets.UTF_8).length - start.length() <= MOST_BYTES) {
        name.append('_').append(term);
      }
    }
    return name.toString();
  }
}
