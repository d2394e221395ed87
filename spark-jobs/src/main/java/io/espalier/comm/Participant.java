package io.espalier.comm;

import io.espalier.config.Rule;

/**
 * What one rank brings to a rendezvous.
 *
 * @param rank this rank, from 0
 * @param size how many ranks will meet
 * @param attempt which try of the run this is; ranks of different attempts don't meet
 * @param fingerprint of configuration and code; must be equal on all ranks
 * @param host name or address at which the other ranks can reach this one
 * @param device {@code cpu} or {@code cuda:<number>}: where this rank's memory is
 */
public record Participant(
    int rank, int size, int attempt, String fingerprint, String host, String device) {

  public Participant {
    Rule.positive("size", size);
    Rule.between("rank", rank, 0, size - 1);
    Rule.notBlank("host", host);
  }
}
