package io.espalier.prep;

import io.espalier.cluster.ClusterSettings;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.DomainName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The section {@code data.domains}: what concerns all training domains together.
 *
 * @param clusters how sources with {@code domain: {type: cluster}} are divided
 * @param divide domains that are too large become several
 * @param limits how much of each domain is kept
 */
public record DomainSettings(Clusters clusters, Divide divide, Limits limits) {

  /** What documents' clusters are held against. */
  public enum CompareWith {
    NONE,
    SOURCE_FOLDER,
    SOURCE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How clusters are fitted; {@link ClusterSettings} says what the numbers mean.
   *
   * @param model the file of a model that was fitted earlier and is used as it is; empty = fit one
   * @param compareWith labels that the report compares the domains with
   */
  public record Clusters(
      int dimensions,
      int vocabularyTerms,
      int samplePieces,
      int characters,
      String model,
      CompareWith compareWith) {

    public Clusters {
      settings(2, dimensions, vocabularyTerms, samplePieces, characters);
    }

    ClusterSettings settings(int clusters) {
      return settings(clusters, dimensions, vocabularyTerms, samplePieces, characters);
    }

    private static ClusterSettings settings(
        int clusters, int dimensions, int vocabularyTerms, int samplePieces, int characters) {
      return new ClusterSettings(
          clusters,
          dimensions,
          vocabularyTerms,
          samplePieces < 4 ? samplePieces : Math.max(samplePieces, 2 * clusters),
          characters);
    }
  }

  /**
   * When a domain is too large.
   *
   * @param maximumBytes of text in UTF-8; 0 = any
   * @param maximumShare of all training text; 1 = any
   */
  public record Divide(long maximumBytes, double maximumShare) {

    public Divide {
      Rule.notNegative("maximum_bytes", (double) maximumBytes);
      requireShare(maximumShare);
    }

    /** Whether a domain may be divided. */
    public boolean isOn() {
      return maximumBytes > 0 || maximumShare < 1;
    }

    /** Above so many bytes a domain is too large, if all training text has this many. */
    long limit(long allBytes) {
      long byShare = maximumShare < 1 ? (long) (maximumShare * allBytes) : Long.MAX_VALUE;
      return Math.max(1, Math.min(byShare, maximumBytes > 0 ? maximumBytes : Long.MAX_VALUE));
    }
  }

  /**
   * How much of each training domain is kept.
   *
   * @param maximumDocuments of each domain; 0 = all
   * @param maximumBytes of each domain, of text in UTF-8; 0 = all
   * @param maximumShare of each domain in what is left of all training text; 1 = all
   * @param maximumBytesOf the same as maximumBytes for single domains
   */
  public record Limits(
      long maximumDocuments,
      long maximumBytes,
      double maximumShare,
      Map<String, Long> maximumBytesOf) {

    public Limits {
      Rule.notNegative("maximum_documents", (double) maximumDocuments);
      Rule.notNegative("maximum_bytes", (double) maximumBytes);
      requireShare(maximumShare);
      maximumBytesOf = new TreeMap<>(maximumBytesOf);
      maximumBytesOf.forEach(
          (domain, bytes) -> {
            DomainName.check("maximum_bytes_of", domain);
            Rule.positive("maximum_bytes_of." + domain, (double) bytes);
          });
    }

    boolean isOn() {
      return maximumDocuments > 0
          || maximumBytes > 0
          || maximumShare < 1
          || !maximumBytesOf.isEmpty();
    }
  }

  /** No limits, and clusters that aren't asked for. */
  static final DomainSettings NONE =
      new DomainSettings(
          new Clusters(100, 20_000, 10_000, 16_384, "", CompareWith.NONE),
          new Divide(0, 1),
          new Limits(0, 0, 1, Map.of()));

  /** Whether the tables depend on this section at all. */
  boolean matters(DataSettings settings) {
    return limits.isOn()
        || clusters.compareWith() != CompareWith.NONE
        || findsDomains(settings.training());
  }

  /** Whether clusters are fitted: for the domains of a source, or for parts of a large domain. */
  boolean findsDomains(List<SourceSettings> training) {
    return divide.isOn()
        || training.stream().anyMatch(source -> source.domain() instanceof ClusterDomainSharder);
  }

  private static void requireShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new ConfigException(
          "maximum_share is %s but must be above 0 and at most 1; 1 sets no limit"
              .formatted(share));
    }
  }
}
