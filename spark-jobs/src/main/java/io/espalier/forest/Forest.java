package io.espalier.forest;

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
      if (expert.status() == ExpertStatus.ACTIVE && !domains.add(expert.domain())) {
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
      next.add(replaced.contains(expert.domain()) ? expert.retired() : expert);
    }
    next.addAll(joining);
    return new Forest(version + 1, next);
  }

  /** The experts that take part, in the order they joined. */
  public List<Expert> active() {
    return experts.stream().filter(expert -> expert.status() == ExpertStatus.ACTIVE).toList();
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
