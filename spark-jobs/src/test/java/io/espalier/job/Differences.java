package io.espalier.job;

import java.util.Map;
import java.util.TreeMap;

/** Where what was prepared is not what the truth says, gathered so that all of it can be read. */
final class Differences {
  private final Map<String, String> found = new TreeMap<>();

  /**
   * Notes one.
   *
   * @param what uid or place, and what was compared: {@code d01234 domain}
   */
  void add(String what, String how) {
    found.merge(what, how, (one, other) -> one + "; " + other);
  }

  void check(boolean holds, String what, String how) {
    if (!holds) {
      add(what, how);
    }
  }

  /** Those that aren't excused, and the excuses of differences that don't exist. */
  Map<String, String> without(Map<String, String> excused) {
    Map<String, String> left = new TreeMap<>(found);
    excused.forEach(
        (what, reason) -> {
          if (left.remove(what) == null) {
            left.put(what, "is as the truth says, but was excused: " + reason);
          }
        });
    return left;
  }
}
