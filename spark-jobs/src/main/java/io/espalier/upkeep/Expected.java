package io.espalier.upkeep;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a file should be.
 *
 * @param path below the run's folder
 * @param statedBy the file that says so, below the run's folder
 * @param sha256 lower-case hexadecimal; nothing where only the length is known
 * @param lengthBytes nothing where only the hash is known
 * @param needed whether it must be there
 */
record Expected(
    String path,
    String statedBy,
    Optional<String> sha256,
    OptionalLong lengthBytes,
    boolean needed) {

  static Expected hash(String path, String statedBy, String sha256, boolean needed) {
    return new Expected(path, statedBy, Optional.of(sha256), OptionalLong.empty(), needed);
  }

  /** The same file, which must be there in this length. */
  Expected neededWith(long length) {
    return new Expected(path, statedBy, sha256, OptionalLong.of(length), true);
  }
}
