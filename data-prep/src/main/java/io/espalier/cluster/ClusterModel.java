package io.espalier.cluster;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a fit leaves: enough to say of any text where it belongs. Holds the arrays it is given,
 * uncopied; nobody changes them.
 *
 * @param characters of a text that are looked at, from its beginning
 * @param terms the vocabulary, the most frequent first
 * @param inverseDocumentFrequencies shape (terms)
 * @param projection shape (terms, dimensions), little-endian float32: right singular vectors
 * @param centres shape (clusters, dimensions)
 * @param names of the domains, in the order of the centres
 * @param sampled documents that it was fitted on
 */
@SuppressWarnings("ArrayRecordComponent") // computed with and kept as JSON, never compared
public record ClusterModel(
    int characters,
    List<String> terms,
    double[] inverseDocumentFrequencies,
    byte[] projection,
    double[][] centres,
    List<String> names,
    int sampled)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of what is fitted and how; raised whenever the same documents give another model. */
  public static final int VERSION = 1;

  public ClusterModel {
    terms = List.copyOf(terms);
    names = List.copyOf(names);
  }

  /** The same with domains that are called after what they divide: {@code law_0}, {@code law_1}. */
  public ClusterModel withPlainNames(String prefix) {
    List<String> plain =
        IntStream.range(0, centres.length).mapToObj(c -> prefix + "_" + c).toList();
    return new ClusterModel(
        characters, terms, inverseDocumentFrequencies, projection, centres, plain, sampled);
  }

  int dimensions() {
    return centres[0].length;
  }
}
