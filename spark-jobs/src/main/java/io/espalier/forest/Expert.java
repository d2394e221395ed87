package io.espalier.forest;

import java.io.Serializable;
import java.util.List;

/**
 * One language model of the forest, trained on one domain.
 *
 * @param domain what it was trained on
 * @param checkpoint name of its checkpoint, {@code expert/<domain>}
 * @param hash SHA-256 of the checkpoint's manifest, lower-case hexadecimal
 * @param parents the checkpoints it was branched from
 * @param dataVersion version of the {@code sequences} table it was trained on
 * @param status whether it takes part
 */
public record Expert(
    String domain,
    String checkpoint,
    String hash,
    List<ParentCheckpoint> parents,
    long dataVersion,
    ExpertStatus status)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Expert {
    parents = List.copyOf(parents);
  }

  /** The same expert, out of use. */
  Expert retired() {
    return new Expert(domain, checkpoint, hash, parents, dataVersion, ExpertStatus.RETIRED);
  }
}
