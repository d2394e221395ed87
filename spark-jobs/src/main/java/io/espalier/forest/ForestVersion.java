package io.espalier.forest;

import java.time.Instant;

/**
 * A version of the forest with what made it.
 *
 * @param recordedAt when; the epoch where that wasn't kept
 * @param change what changed, in words
 */
public record ForestVersion(Forest forest, Instant recordedAt, String change) {

  public long number() {
    return forest.version();
  }
}
