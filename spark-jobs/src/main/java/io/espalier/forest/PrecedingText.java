package io.espalier.forest;

import java.util.Map;

/** What the text before a sequence says about domains. */
@FunctionalInterface
public interface PrecedingText {
  /** There is none. */
  PrecedingText NONE = temperature -> Map.of();

  /**
   * Domain → natural-log weight; empty where nothing is known.
   *
   * @param temperature of the softmax over negative squared distances
   */
  Map<String, Double> logWeights(double temperature);
}
