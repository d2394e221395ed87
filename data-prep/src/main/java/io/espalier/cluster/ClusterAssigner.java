package io.espalier.cluster;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Says of a text how far it is from each of a model's centres: all plain arithmetic on the text
 * alone. A text without a known term lies in the middle of all, and belongs to the nearest centre
 * from there. Thread-safe.
 */
public final class ClusterAssigner {
  private final ClusterModel model;
  private final Map<String, Integer> places;
  private final Embedding embedding;

  public ClusterAssigner(ClusterModel model) {
    this.model = model;
    this.places = new HashMap<>();
    for (int i = 0; i < model.terms().size(); i++) {
      places.put(model.terms().get(i), i);
    }
    float[] projection = new float[model.projection().length / Float.BYTES];
    ByteBuffer.wrap(model.projection())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(projection);
    this.embedding =
        new Embedding(model.inverseDocumentFrequencies(), projection, model.dimensions());
  }

  /** The domains, in the order of {@link #squaredDistances}. */
  public List<String> names() {
    return model.names();
  }

  /** The domain of the nearest centre; of equally near ones the first. */
  public String domain(String text) {
    double[] distances = squaredDistances(text);
    int nearest = 0;
    for (int c = 1; c < distances.length; c++) {
      nearest = distances[c] < distances[nearest] ? c : nearest;
    }
    return model.names().get(nearest);
  }

  /** Squared Euclidean distance to each centre, at most 4 and mostly below 2; shape (clusters). */
  public double[] squaredDistances(String text) {
    return BalancedKMeans.squaredDistances(point(text), model.centres());
  }

  private double[] point(String text) {
    long[] known =
        Terms.counts(text, model.characters()).entrySet().stream()
            .filter(e -> places.containsKey(e.getKey()))
            .mapToLong(e -> (long) places.getOrDefault(e.getKey(), 0) << 32 | e.getValue())
            .toArray();
    // In the vocabulary's order, so that words may change places without a bit changing.
    Arrays.sort(known);
    return embedding.of(
        Arrays.stream(known).mapToInt(e -> (int) (e >>> 32)).toArray(),
        Arrays.stream(known).mapToInt(e -> (int) e).toArray());
  }
}
