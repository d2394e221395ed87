package io.espalier.merge;

import java.util.Optional;

/**
 * Which of an expert's changes are kept: the others become 0. Thread-safe once {@link #next} ends.
 */
interface Trim {
  /** Keeps all. */
  Trim NOTHING = (expert, changes, firstElement, elements) -> {};

  /** As {@link TensorRule#next}. */
  default Optional<Statistics> next() {
    return Optional.empty();
  }

  /**
   * Trims a part of an expert's changes.
   *
   * @param changes what the expert has learnt since the base; trimmed in place
   * @param firstElement the part's place in the tensor
   */
  void trim(int expert, double[] changes, long firstElement, int elements);
}
