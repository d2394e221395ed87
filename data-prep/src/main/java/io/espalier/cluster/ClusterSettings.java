package io.espalier.cluster;

import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * How documents without labels are divided.
 *
 * @param clusters how many domains come out
 * @param dimensions of the space in which distances are taken (c-BTM: 100); fewer where the sample
 *     has fewer
 * @param vocabularyTerms how many terms are looked at, the most frequent ones
 * @param samplePieces how many pieces of documents the model is fitted on, about
 * @param characters of each document that are looked at when it is assigned, from its beginning
 */
public record ClusterSettings(
    int clusters, int dimensions, int vocabularyTerms, int samplePieces, int characters)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The search for exchanges looks at every three clusters at once. */
  private static final int MOST_CLUSTERS = 256;

  public ClusterSettings {
    Rule.between("clusters", clusters, 2, MOST_CLUSTERS);
    Rule.between("dimensions", dimensions, 1, 500);
    Rule.between("vocabulary_terms", vocabularyTerms, 100, 200_000);
    Rule.between("sample_pieces", samplePieces, 2.0 * clusters, 100_000);
    Rule.between("characters", characters, 100, 1_000_000);
  }
}
