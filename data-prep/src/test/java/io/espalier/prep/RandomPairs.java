package io.espalier.prep;

import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Graphs of similar documents to try choices and components on: sparse, dense, long and short. */
final class RandomPairs {
  /** The most similar last; of equally similar ones that with the smallest lower node. */
  static final Comparator<Pair> NEAREST =
      Comparator.comparingDouble(Pair::jaccard)
          .thenComparing(Comparator.comparing(Pair::low).reversed());

  /** What {@link SimilarPairs} makes. */
  record Pair(String low, String high, double jaccard) {}

  private RandomPairs() {}

  /** Sorted pairs, each once: a random graph, and a chain in a random order of its nodes. */
  static List<Pair> of(long seed) {
    Random random = new Random(seed);
    TreeMap<String, Pair> pairs = new TreeMap<>();
    int nodes = 2 + random.nextInt(40);
    int edges = random.nextInt(2 * nodes);
    for (int i = 0; i < edges; i++) {
      add(pairs, random.nextInt(nodes), random.nextInt(nodes), random);
    }
    List<Integer> chain =
        new ArrayList<>(random.ints(100, 200).distinct().limit(20).boxed().toList());
    for (int i = 1; i < chain.size(); i++) {
      add(pairs, chain.get(i - 1), chain.get(i), random);
    }
    return List.copyOf(pairs.values());
  }

  static Dataset<Row> rows(List<Pair> pairs) {
    return LocalSpark.session()
        .createDataFrame(
            pairs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Pair.class));
  }

  static SortedSet<String> nodes(List<Pair> pairs) {
    SortedSet<String> nodes = new TreeSet<>();
    pairs.forEach(pair -> nodes.addAll(List.of(pair.low(), pair.high())));
    return nodes;
  }

  private static void add(SortedMap<String, Pair> pairs, int one, int other, Random random) {
    if (one != other) {
      String low = "1d%03d".formatted(Math.min(one, other));
      String high = "1d%03d".formatted(Math.max(one, other));
      pairs.put(low + high, new Pair(low, high, 0.8 + random.nextInt(4) * 0.05));
    }
  }
}
