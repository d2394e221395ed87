package io.espalier.forest;

import java.io.Serializable;
import java.util.List;

/**
 * One language model of the forest, trained on one domain.
 *
 * @param domain what it was trained on
 * @param checkpoint name of its checkpoint: {@code expert/<domain>}, or {@code expert/<domain>@2}
 *     for the domain's second expert
 * @param hash SHA-256 of the checkpoint's manifest, lower-case hexadecimal
 * @param parents manifest hashes of the checkpoints it was branched from
 * @param dataVersion version of the {@code sequences} table it was trained on
 * @param status whether it takes part
 * @param branchPoint what it began with, as {@link BranchPoint} writes it; {@code expert} where it
 *     goes on from the domain's expert before it
 * @param tokens target positions it has learned from, its parents' included
 * @param deleted of a deleted expert: hashes of every checkpoint that was deleted with it
 */
public record Expert(
    String domain,
    String checkpoint,
    String hash,
    List<String> parents,
    long dataVersion,
    ExpertStatus status,
    String branchPoint,
    long tokens,
    List<String> deleted)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Expert {
    parents = List.copyOf(parents);
    deleted = List.copyOf(deleted);
  }

  /** An expert that takes part. */
  public static Expert active(
      String domain,
      String checkpoint,
      String hash,
      List<String> parents,
      long dataVersion,
      String branchPoint,
      long tokens) {
    return new Expert(
        domain,
        checkpoint,
        hash,
        parents,
        dataVersion,
        ExpertStatus.ACTIVE,
        branchPoint,
        tokens,
        List.of());
  }

  public boolean isActive() {
    return status == ExpertStatus.ACTIVE;
  }

  /** The same expert with another status; a deleted one stays deleted. */
  Expert as(ExpertStatus other) {
    ExpertStatus next = status == ExpertStatus.DELETED ? status : other;
    return new Expert(
        domain, checkpoint, hash, parents, dataVersion, next, branchPoint, tokens, deleted);
  }

  /** The same expert without its checkpoint; these hashes are those of what went with it. */
  Expert deletedWith(List<String> hashes) {
    return new Expert(
        domain,
        checkpoint,
        hash,
        parents,
        dataVersion,
        ExpertStatus.DELETED,
        branchPoint,
        tokens,
        hashes);
  }
}
