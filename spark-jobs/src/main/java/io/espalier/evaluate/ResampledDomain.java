package io.espalier.evaluate;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One domain's documents, drawn again and again with replacement, as many as there are; every model
 * is looked at on the same draws.
 */
final class ResampledDomain {
  private final DocumentScores documents;
  private final int[] order;
  private final byte[][] drawn;

  /**
   * Draws.
   *
   * @param seed decides the draws, together with the domain's name
   */
  ResampledDomain(DocumentScores documents, int resamples, long seed) {
    this.documents = documents;
    this.order = canonicalOrder(documents);
    this.drawn = new byte[resamples][];
    SplittableRandom random = new SplittableRandom(seed ^ documents.split().domain().hashCode());
    for (int b = 0; b < resamples; b++) {
      drawn[b] = draw(random, order.length);
    }
  }

  /** How often each document is in a resample; a document is in it 127 times at most. */
  private static byte[] draw(SplittableRandom random, int documents) {
    byte[] times = new byte[documents];
    for (int i = 0; i < documents; i++) {
      int document = random.nextInt(documents);
      times[document] += (byte) (times[document] < Byte.MAX_VALUE ? 1 : 0);
    }
    return times;
  }

  /** By size and scores, so that the order in which documents lie in the table decides nothing. */
  private static int[] canonicalOrder(DocumentScores documents) {
    Comparator<Integer> order = Comparator.comparingLong(d -> documents.tokens()[d]);
    for (double[] scores : documents.negativeLogProbability().values()) {
      order = order.thenComparingDouble(d -> scores[d]);
    }
    return IntStream.range(0, documents.tokens().length)
        .boxed()
        .sorted(order)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  EvaluatedSplit split() {
    return documents.split();
  }

  int documents() {
    return order.length;
  }

  long tokens() {
    return java.util.Arrays.stream(documents.tokens()).sum();
  }

  /** What a model says of each document; nothing if it wasn't asked. */
  Optional<double[]> scores(String model) {
    Map<String, double[]> all = documents.negativeLogProbability();
    String name =
        model.equals(Comparison.OWN_EXPERT) ? "expert/" + documents.split().domain() : model;
    return Optional.ofNullable(all.get(name));
  }

  /** The mean negative log-probability per token of the documents as they are. */
  double mean(double[] scores) {
    return java.util.Arrays.stream(scores).sum() / tokens();
  }

  /** The same of each resample. */
  double[] resampledMeans(double[] scores) {
    double[] means = new double[drawn.length];
    for (int b = 0; b < means.length; b++) {
      double sum = 0;
      long tokens = 0;
      for (int i = 0; i < order.length; i++) {
        sum += drawn[b][i] * scores[order[i]];
        tokens += drawn[b][i] * documents.tokens()[order[i]];
      }
      means[b] = sum / tokens;
    }
    return means;
  }
}
