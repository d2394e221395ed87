package io.espalier.comm;

import java.util.List;

/** Where ranks meet: they introduce themselves, see that they belong together, and connect. */
public final class Rendezvous {
  private Rendezvous() {}

  /**
   * Meets the other ranks; every rank of an attempt calls it once.
   *
   * @param settings equal on all ranks
   * @param me this rank
   * @param exchange used for a few rounds, and not afterwards
   * @return this rank's end, to be closed by the caller
   * @throws io.espalier.config.ConfigException if the ranks differ in attempt, fingerprint or
   *     settings (naming two that do), or the backend can't connect them
   * @throws CommunicatorException if a rank doesn't come, or can't
   */
  public static Communicator meet(CommSettings settings, Participant me, Exchange exchange) {
    List<String> texts = exchange.allGather(Introduction.of(me, settings).encoded());
    if (texts.size() != me.size()) {
      throw new IllegalArgumentException(
          "The exchange returned %d texts for %d ranks".formatted(texts.size(), me.size()));
    }
    Introductions ranks = new Introductions(texts.stream().map(Introduction::decoded).toList());
    ranks.requireOneRun();
    CommBackend backend = settings.backend().chosenFor(ranks);
    backend.require(ranks);
    return backend.connect(new Meeting(me, ranks, exchange, settings));
  }
}
