package io.espalier.forest;

import io.espalier.config.ConfigException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The versioned set of experts. Immutable: each change is a new version, and retired experts stay
 * listed.
 *
 * @param version 0 is the empty forest; one more with each change
 * @param experts all experts in the order they joined, at most one active per domain
 */
public record Forest(long version, List<Expert> experts) implements Serializable {
  private static final long serialVersionUID = 1L;

  public Forest {
    experts = List.copyOf(experts);
    Set<String> domains = new HashSet<>();
    for (Expert expert : experts) {
      if (expert.isActive() && !domains.add(expert.domain())) {
        throw new IllegalArgumentException("two active experts for domain " + expert.domain());
      }
    }
  }

  public static Forest empty() {
    return new Forest(0, List.of());
  }

  /** The next version, in which the given experts are active and their predecessors retired. */
  public Forest with(List<Expert> joining) {
    Set<String> replaced = new HashSet<>();
    joining.forEach(expert -> replaced.add(expert.domain()));
    List<Expert> next = new ArrayList<>();
    for (Expert expert : experts) {
      next.add(replaced.contains(expert.domain()) ? expert.as(ExpertStatus.RETIRED) : expert);
    }
    next.addAll(joining);
    return new Forest(version + 1, next);
  }

  /** The next version, in which the given experts are listed as candidates that take no part. */
  public Forest proposing(List<Expert> candidates) {
    List<Expert> next = new ArrayList<>(experts);
    candidates.forEach(expert -> next.add(expert.as(ExpertStatus.CANDIDATE)));
    return new Forest(version + 1, next);
  }

  /**
   * The next version, in which no expert of these domains takes part.
   *
   * @throws ConfigException if none would be left
   */
  public Forest without(Set<String> domains) {
    if (active().stream().allMatch(expert -> domains.contains(expert.domain()))) {
      throw new ConfigException(
          "%s can't be removed: the forest would have no expert left; forest add another domain first"
              .formatted(String.join(", ", new TreeSet<>(domains))));
    }
    return next(
        expert -> domains.contains(expert.domain()) ? expert.as(ExpertStatus.RETIRED) : expert);
  }

  /**
   * The next version, in which exactly the experts take part that did in an older one; those that
   * joined since are retired.
   *
   * @throws IllegalArgumentException if one of them was deleted since
   */
  public Forest equalTo(Forest older) {
    Set<String> wanted = new HashSet<>();
    older.active().forEach(expert -> wanted.add(expert.hash()));
    Forest next =
        next(
            expert ->
                expert.as(
                    wanted.contains(expert.hash()) ? ExpertStatus.ACTIVE : ExpertStatus.RETIRED));
    if (!next.hash().equals(older.hash())) {
      throw new IllegalArgumentException(
          "an expert of version %d is gone".formatted(older.version));
    }
    return next;
  }

  /**
   * The next version, in which the checkpoints of these experts are gone.
   *
   * @param gone hashes of experts that don't take part any more
   * @param deleted hashes of every checkpoint that went with them
   */
  public Forest deleting(Set<String> gone, List<String> deleted) {
    return next(expert -> gone.contains(expert.hash()) ? expert.deletedWith(deleted) : expert);
  }

  private Forest next(UnaryOperator<Expert> change) {
    return new Forest(version + 1, experts.stream().map(change).toList());
  }

  /** The experts that take part, in the order they joined. */
  public List<Expert> active() {
    return experts.stream().filter(Expert::isActive).toList();
  }

  /** The active expert of a domain. */
  public Optional<Expert> expert(String domain) {
    return active().stream().filter(expert -> expert.domain().equals(domain)).findFirst();
  }

  /** SHA-256 over the active experts' manifest hashes: what an ensemble's figures depend on. */
  public String hash() {
    return hash(active().stream().map(Expert::hash).toList());
  }

  /** SHA-256 over a set of manifest hashes, whatever their order; lower-case hexadecimal. */
  public static String hash(List<String> manifestHashes) {
    String sorted = String.join("\n", manifestHashes.stream().sorted().toList());
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(sorted.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
