package io.espalier.train;

import java.io.Serializable;

/**
 * Some sequences of a shard, evenly spaced from its first to its end: of neighbouring windows many
 * are of one document, and say little more than one of them does.
 *
 * @param total sequences that there are
 * @param count sequences that are taken, at most {@code total}
 */
public record EvenSample(long total, long count) implements Serializable {
  private static final long serialVersionUID = 1L;

  public EvenSample {
    if (count < 0 || count > total) {
      throw new IllegalArgumentException("%d of %d sequences".formatted(count, total));
    }
  }

  /** The number of the i-th sequence that is taken, ascending. */
  public long at(long i) {
    return Math.multiplyExact(i, total) / count;
  }
}
