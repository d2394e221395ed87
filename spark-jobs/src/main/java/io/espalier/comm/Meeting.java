package io.espalier.comm;

import io.espalier.config.ConfigException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a backend connects a rank with: the ranks have introduced themselves and belong to one run.
 *
 * @param me this rank
 * @param ranks all of them
 * @param exchange still open
 * @param settings equal on all ranks
 */
record Meeting(Participant me, Introductions ranks, Exchange exchange, CommSettings settings) {
  private static final int SECRET_BYTES = 32;
  private static final String REFUSAL = "!";

  /** A new secret; what is known of it to whom is the caller's business. */
  static String newSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }

  /**
   * All ranks' texts. A rank which can't make its own still takes part, so that the others fail for
   * its reason and not by a deadline.
   *
   * @throws ConfigException the one that {@code mine} threw
   * @throws CommunicatorException with another rank's reason
   */
  List<String> share(Supplier<String> mine) {
    String text;
    ConfigException mistake = null;
    try {
      text = mine.get();
    } catch (ConfigException e) {
      mistake = e;
      text = REFUSAL + e.getMessage();
    }
    List<String> all = exchange.allGather(text);
    if (mistake != null) {
      throw mistake;
    }
    for (int rank = 0; rank < all.size(); rank++) {
      if (all.get(rank).startsWith(REFUSAL)) {
        throw new CommunicatorException(
            "rank %d (%s) can't join: %s"
                .formatted(rank, ranks.all().get(rank).place(), all.get(rank).substring(1)));
      }
    }
    return all;
  }
}
