package io.espalier.cluster;

import io.espalier.config.ConfigException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sampled documents → a model. The order of the documents decides the bits of the result, so who
 * adds them sorts them first.
 */
public final class ClusterFit {
  /** A term that only one document has says nothing about others. */
  private static final int FEWEST_DOCUMENTS = 2;

  private final ClusterSettings settings;
  private final TermCounts documents;

  /** No documents yet. */
  public ClusterFit(ClusterSettings settings) {
    this.settings = settings;
    this.documents = new TermCounts(settings.characters());
  }

  /** Adds a document. */
  public void add(String text) {
    documents.add(text);
  }

  /**
   * Fits the model.
   *
   * @param prefix of the domains' names
   * @param seed of the decomposition's and the centres' random start
   * @throws ConfigException if there are fewer than two documents for each cluster, or no term that
   *     two of them share
   */
  public ClusterModel fit(String prefix, long seed) {
    if (documents.size() < 2 * settings.clusters()) {
      throw new ConfigException(
          "clusters is %d but there are %d documents to divide, and each cluster needs 2; %s"
              .formatted(
                  settings.clusters(),
                  documents.size(),
                  documents.size() < 4
                      ? "more text would work"
                      : "at most %d clusters would work".formatted(documents.size() / 2)));
    }
    int[] vocabulary = vocabulary();
    List<String> terms = Arrays.stream(vocabulary).mapToObj(documents::term).toList();
    double[] weights = new double[vocabulary.length];
    // Smoothed, as scikit-learn does: as if one more document had every term.
    Arrays.setAll(
        weights,
        i ->
            1
                + StrictMath.log(
                    (1.0 + documents.size()) / (1.0 + documents.frequency(vocabulary[i]))));
    TermCounts.Rows rows = documents.rows(vocabulary);
    TruncatedSvd svd = TruncatedSvd.of(rows.tfIdf(weights), settings.dimensions(), seed);
    float[] projection = projection(svd);
    int dimensions = svd.singularValues().length;
    Embedding embedding = new Embedding(weights, projection, dimensions);
    double[][] points = new double[documents.size()][];
    Arrays.setAll(points, i -> embedding.of(rows.terms()[i], rows.counts()[i]));
    BalancedKMeans clusters = BalancedKMeans.of(points, settings.clusters(), seed);
    return new ClusterModel(
        settings.characters(),
        terms,
        weights,
        bytes(projection),
        clusters.centres(),
        ClusterNames.of(
            prefix, rows.tfIdf(weights), clusters.assignment(), clusters.centres().length, terms),
        documents.size());
  }

  private int[] vocabulary() {
    int fewest = Math.min(FEWEST_DOCUMENTS, documents.size());
    List<Integer> known =
        new ArrayList<>(
            IntStream.range(0, documents.terms())
                .filter(term -> documents.frequency(term) >= fewest)
                .boxed()
                .toList());
    known.sort(
        Comparator.comparingInt((Integer term) -> -documents.frequency(term))
            .thenComparing(documents::term));
    if (known.isEmpty()) {
      throw new ConfigException(
          "clusters is %d but the %d documents to divide share no term; text in words would work"
              .formatted(settings.clusters(), documents.size()));
    }
    return known.stream().limit(settings.vocabularyTerms()).mapToInt(Integer::intValue).toArray();
  }

  /** Rounded before anything is measured with it, so that later texts are measured alike. */
  private static float[] projection(TruncatedSvd svd) {
    int dimensions = svd.singularValues().length;
    float[] projection = new float[svd.rightVectors().length * dimensions];
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) svd.rightVectors()[i / dimensions][i % dimensions];
    }
    return projection;
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
