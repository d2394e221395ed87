package io.espalier.forest;

import io.espalier.config.ConfigException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a new expert begins with (Li et al. 2022, section 3): the seed model, or an average of the
 * experts that are there.
 *
 * @param kind the rule
 * @param given with {@link Kind#GIVEN}, share by domain, 1 in sum; otherwise empty
 */
public record BranchPoint(Kind kind, Map<String, Double> given) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double SUM_TOLERANCE = 1e-6;
  private static final String GIVEN = "given:";

  /** The rules. */
  public enum Kind {
    /** The seed model, as the first experts. */
    SEED,
    /** All experts alike. */
    UNIFORM,
    /** The expert that is most probable on the new domain's validation text. */
    NEAREST,
    /** The experts as probable as they are on the new domain's validation text. */
    POSTERIOR,
    /** Shares that the user gives. */
    GIVEN
  }

  public BranchPoint {
    given = new TreeMap<>(given);
  }

  /** The seed model. */
  public static BranchPoint seed() {
    return new BranchPoint(Kind.SEED, Map.of());
  }

  /**
   * Reads {@code seed}, {@code uniform}, {@code nearest}, {@code posterior} or {@code
   * given:legal=0.5,chat=0.5}.
   *
   * @param key what the text is the value of, for messages
   */
  public static BranchPoint parse(String key, String text) {
    if (text.startsWith(GIVEN)) {
      return new BranchPoint(Kind.GIVEN, shares(key, text));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.GIVEN && kind.name().toLowerCase(Locale.ROOT).equals(text)) {
        return new BranchPoint(kind, Map.of());
      }
    }
    throw new ConfigException(
        "%s is '%s' but must be seed, uniform, nearest, posterior or given:<domain>=<share>,…"
            .formatted(key, text));
  }

  private static Map<String, Double> shares(String key, String text) {
    Map<String, Double> shares = new TreeMap<>();
    for (String part : text.substring(GIVEN.length()).split(",", -1)) {
      String[] pair = part.split("=", -1);
      double share = pair.length == 2 ? number(pair[1]) : Double.NaN;
      if (!(share >= 0) || share > 1 || shares.put(pair[0].strip(), share) != null) {
        throw new ConfigException(
            "%s is '%s' but must give each domain one share from 0 to 1; given:legal=0.5,chat=0.5 would work"
                .formatted(key, text));
      }
    }
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new ConfigException(
          "%s is '%s' whose shares sum to %s but must sum to 1; divide each of them by that"
              .formatted(key, text, sum));
    }
    return shares;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Whether it depends on the experts' probability on the new domain's validation text. */
  public boolean needsPosterior() {
    return kind == Kind.NEAREST || kind == Kind.POSTERIOR;
  }

  public boolean isSeed() {
    return kind == Kind.SEED;
  }

  /**
   * The share of each expert in the average, 1 in sum.
   *
   * @param domains the experts' domains
   * @param posterior probability of each on the new domain's validation text; only looked at where
   *     it is needed
   * @return shape (experts), in the order of the domains
   * @throws ConfigException if a given share is one of no expert
   */
  public double[] shares(List<String> domains, Map<String, Double> posterior) {
    double[] shares = new double[domains.size()];
    switch (kind) {
      case SEED -> throw new IllegalStateException("the seed is no average of experts");
      case UNIFORM -> Arrays.fill(shares, 1);
      case GIVEN -> {
        requireKnown(domains);
        Arrays.setAll(shares, i -> given.getOrDefault(domains.get(i), 0.0));
      }
      case POSTERIOR -> Arrays.setAll(shares, i -> probability(domains.get(i), posterior));
      case NEAREST -> shares[nearest(domains, posterior)] = 1;
    }
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  private void requireKnown(List<String> domains) {
    List<String> unknown = new ArrayList<>(given.keySet());
    unknown.removeAll(domains);
    if (!unknown.isEmpty()) {
      throw new ConfigException(
          "--from gives %s a share, but the forest's domains are %s"
              .formatted(String.join(", ", unknown), String.join(", ", domains)));
    }
  }

  private static int nearest(List<String> domains, Map<String, Double> posterior) {
    int nearest = 0;
    for (int i = 1; i < domains.size(); i++) {
      if (probability(domains.get(i), posterior) > probability(domains.get(nearest), posterior)) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static double probability(String domain, Map<String, Double> posterior) {
    Double probability = posterior.get(domain);
    if (probability == null) {
      throw new IllegalArgumentException(
          "no posterior for domain %s, only for %s".formatted(domain, posterior.keySet()));
    }
    return probability;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.name().toLowerCase(Locale.ROOT));
    if (kind == Kind.GIVEN) {
      text.append(':');
      given.forEach((domain, share) -> text.append(domain).append('=').append(share).append(','));
      text.setLength(text.length() - 1);
    }
    return text.toString();
  }
}
