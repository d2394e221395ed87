package io.espalier.forest;

import io.espalier.config.ConfigException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every version of a forest, oldest first. Immutable.
 *
 * @param versions numbered from 1 without gaps
 */
public record ForestHistory(List<ForestVersion> versions) {

  public ForestHistory {
    versions = versions.stream().sorted(Comparator.comparingLong(ForestVersion::number)).toList();
    for (int i = 0; i < versions.size(); i++) {
      if (versions.get(i).number() != i + 1) {
        throw new IllegalArgumentException(
            "the forest has no version %d but a version %d"
                .formatted(i + 1, versions.get(i).number()));
      }
    }
  }

  /** Whether no forest was ever recorded. */
  public boolean isEmpty() {
    return versions.isEmpty();
  }

  /** The newest version; the empty forest where there is none. */
  public Forest latest() {
    return isEmpty() ? Forest.empty() : versions.get(versions.size() - 1).forest();
  }

  /**
   * One version.
   *
   * @throws ConfigException if there is none of this number
   */
  public ForestVersion at(long number) {
    if (number < 1 || number > versions.size()) {
      throw new ConfigException(
          "The forest has no version %d; it has %s"
              .formatted(number, isEmpty() ? "none" : "the versions 1 to " + versions.size()));
    }
    return versions.get((int) number - 1);
  }

  /** The oldest version that has the newest one's experts: merges are named after it. */
  public long firstLikeLatest() {
    String hash = latest().hash();
    return versions.stream()
        .filter(version -> version.forest().hash().equals(hash))
        .mapToLong(ForestVersion::number)
        .findFirst()
        .orElse(0);
  }

  /** Whether any version ever had an expert with this manifest. */
  public boolean everHad(String hash) {
    return latest().experts().stream().anyMatch(expert -> expert.hash().equals(hash));
  }

  /** Domains that had an expert once and have none now. */
  public Set<String> withdrawnDomains() {
    Set<String> domains = new TreeSet<>();
    latest().experts().forEach(expert -> domains.add(expert.domain()));
    latest().active().forEach(expert -> domains.remove(expert.domain()));
    return domains;
  }

  /** The newest version in which a domain has an expert; the newest of all if none has. */
  public Forest lastWith(String domain) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).forest().expert(domain).isPresent()) {
        return versions.get(i).forest();
      }
    }
    return latest();
  }

  /** Every expert that a domain ever had, in the order they joined. */
  public List<Expert> expertsOf(String domain) {
    return latest().experts().stream().filter(e -> e.domain().equals(domain)).toList();
  }

  /** The newest expert of a domain that is active, or a candidate to follow the one that is. */
  public Optional<Expert> newestOf(String domain) {
    return expertsOf(domain).stream()
        .filter(e -> e.isActive() || e.status() == ExpertStatus.CANDIDATE)
        .reduce((older, newer) -> newer);
  }

  /**
   * What follows a domain in the names of its next expert and of that one's branch: nothing for the
   * first, {@code @2} for the second. A domain's name can't hold an {@code @}.
   */
  public String nextSuffix(String domain) {
    int experts = expertsOf(domain).size();
    return experts == 0 ? "" : "@" + (experts + 1);
  }

  /**
   * Puts the experts of each version into the order in which they joined.
   *
   * @param versions experts in any order
   */
  public static ForestHistory inOrderOfJoining(List<ForestVersion> versions) {
    Map<String, Long> joined = new LinkedHashMap<>();
    versions.stream()
        .sorted(Comparator.comparingLong(ForestVersion::number))
        .forEach(
            version ->
                version
                    .forest()
                    .experts()
                    .forEach(expert -> joined.putIfAbsent(expert.hash(), version.number())));
    Comparator<Expert> order =
        Comparator.comparing((Expert e) -> Objects.requireNonNull(joined.get(e.hash())))
            .thenComparing(Expert::domain)
            .thenComparing(Expert::checkpoint);
    return new ForestHistory(
        versions.stream()
            .map(
                version ->
                    new ForestVersion(
                        new Forest(
                            version.number(),
                            version.forest().experts().stream().sorted(order).toList()),
                        version.recordedAt(),
                        version.change()))
            .toList());
  }
}
