package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.Comparator;
import java.util.List;

/**
 * A model's name taken apart, like {@code expert/legal}.
 *
 * @param full as it stands in the results
 */
public record ModelName(String full) {
  static final String DENSE = "dense";
  static final String SEED = "seed";
  static final String EXPERT = "expert";
  static final String MERGED = "merged";
  static final String ENSEMBLE = "ensemble";

  private static final List<String> FAMILIES = List.of(DENSE, SEED, EXPERT, MERGED, ENSEMBLE);

  /** Dense, seed, experts by domain, then merges and ensembles in the order they are met. */
  static List<ModelName> ordered(List<Result> results) {
    return results.stream()
        .map(result -> new ModelName(result.model()))
        .distinct()
        .sorted(
            Comparator.comparingInt(ModelName::rank)
                .thenComparing(name -> name.isFamily(EXPERT) ? name.label() : ""))
        .toList();
  }

  static ModelName expert(String domain) {
    return new ModelName(EXPERT + "/" + domain);
  }

  String family() {
    int slash = full.indexOf('/');
    return slash < 0 ? full : full.substring(0, slash);
  }

  boolean isFamily(String family) {
    return family().equals(family);
  }

  /** What distinguishes it within its family. */
  public String label() {
    return full.substring(full.indexOf('/') + 1);
  }

  /** The whole in words: {@code the average uniform}. */
  public String phrase() {
    return switch (family()) {
      case DENSE -> "the dense model";
      case SEED -> "the seed model";
      case EXPERT -> "the expert " + label();
      case MERGED -> "the average " + label();
      case ENSEMBLE -> "the ensemble " + label();
      case Figures.OWN_EXPERT -> "each domain's own expert";
      default -> full;
    };
  }

  private int rank() {
    int rank = FAMILIES.indexOf(family());
    return rank < 0 ? FAMILIES.size() : rank;
  }
}
