package io.espalier.evaluate;

import io.espalier.forest.PrecedingText;

/** What every model thinks of one sequence. Holds the arrays it is given, uncopied. */
public final class SequenceScores {
  private final long sequenceId;
  private final int bytes;
  private final float[][] logProbabilities;
  private final int[] documentEnds;
  private final PrecedingText preceding;

  /** Of a sequence that lies within one document. */
  public SequenceScores(long sequenceId, int bytes, float[][] logProbabilities) {
    this(sequenceId, bytes, logProbabilities, new int[0]);
  }

  /**
   * Checks that all models scored the same tokens.
   *
   * @param sequenceId the sequence's id within domain and split
   * @param bytes UTF-8 bytes of the text that its target tokens stand for
   * @param logProbabilities natural-log probability of each target token, shape (models, tokens),
   *     the models in the order the evaluation is given; padding left out
   * @param documentEnds after how many of those tokens a document ends, ascending; 0 where one
   *     ended since the sequence before
   */
  public SequenceScores(
      long sequenceId, int bytes, float[][] logProbabilities, int[] documentEnds) {
    this(sequenceId, bytes, logProbabilities, documentEnds, PrecedingText.NONE);
  }

  /**
   * The same behind other text.
   *
   * @param preceding what that text says about domains
   */
  public SequenceScores(
      long sequenceId,
      int bytes,
      float[][] logProbabilities,
      int[] documentEnds,
      PrecedingText preceding) {
    if (logProbabilities.length == 0) {
      throw new IllegalArgumentException("sequence " + sequenceId + " was scored by no model");
    }
    for (float[] row : logProbabilities) {
      if (row.length != logProbabilities[0].length) {
        throw new IllegalArgumentException(
            "models scored %d and %d tokens of sequence %d"
                .formatted(logProbabilities[0].length, row.length, sequenceId));
      }
    }
    this.sequenceId = sequenceId;
    this.bytes = bytes;
    this.logProbabilities = logProbabilities;
    this.documentEnds = documentEnds;
    this.preceding = preceding;
  }

  /** The sequence's id within domain and split. */
  public long sequenceId() {
    return sequenceId;
  }

  /** UTF-8 bytes of the text that its target tokens stand for. */
  public int bytes() {
    return bytes;
  }

  int[] documentEnds() {
    return documentEnds;
  }

  /** What the text before it says about domains. */
  PrecedingText preceding() {
    return preceding;
  }

  int models() {
    return logProbabilities.length;
  }

  /** Shape (tokens). */
  public float[] ofModel(int model) {
    return logProbabilities[model];
  }

  /** Shape (chosen models, tokens). */
  public float[][] ofModels(int[] models) {
    float[][] rows = new float[models.length][];
    java.util.Arrays.setAll(rows, j -> logProbabilities[models[j]]);
    return rows;
  }
}
