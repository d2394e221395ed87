package io.espalier.evaluate;

import java.util.Iterator;

/**
 * Passes sequences on and refuses those out of order or of another shape: sums and priors depend on
 * the order.
 */
final class AscendingSequences implements Iterator<SequenceScores> {
  private final Iterator<SequenceScores> sequences;
  private final EvaluatedSplit target;
  private final int models;
  private long previousId = -1;

  AscendingSequences(Iterator<SequenceScores> sequences, EvaluatedSplit target, int models) {
    this.sequences = sequences;
    this.target = target;
    this.models = models;
  }

  @Override
  public boolean hasNext() {
    return sequences.hasNext();
  }

  @Override
  public SequenceScores next() {
    SequenceScores next = sequences.next();
    if (next.sequenceId() <= previousId) {
      throw new IllegalArgumentException(
          "sequence %d of %s came after sequence %d but must come in ascending order"
              .formatted(next.sequenceId(), target.domain(), previousId));
    }
    if (next.models() != models) {
      throw new IllegalArgumentException(
          "sequence %d of %s was scored by %d models but must be by %d"
              .formatted(next.sequenceId(), target.domain(), next.models(), models));
    }
    previousId = next.sequenceId();
    return next;
  }
}
