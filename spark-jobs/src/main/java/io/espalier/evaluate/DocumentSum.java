package io.espalier.evaluate;

import java.util.Arrays;

/**
 * Negative log-probability and tokens of each document of a split, as one model's scores pass.
 *
 * <p>Memory is bounded: beyond {@value #MAXIMUM_UNITS} documents, neighbours are counted as one,
 * then fours, and so on. Documents are independent of each other, so groups of them are too, and a
 * bootstrap over hundreds of groups is as good as one over documents. For one thread.
 */
final class DocumentSum {
  static final int MAXIMUM_UNITS = 1024;

  private double[] negativeLogProbability = new double[16];
  private long[] tokens = new long[16];
  private int units;
  private int documentsPerUnit = 1;
  private int documentsInUnit;
  private boolean documentOpen;

  /**
   * The next window of the split's stream.
   *
   * @param logProbabilities shape (tokens)
   * @param documentEnds after how many of these tokens a document ends, ascending
   */
  void add(double[] logProbabilities, int[] documentEnds) {
    int from = 0;
    for (int end : documentEnds) {
      addTokens(logProbabilities, from, end);
      documentOpen = false;
      from = end;
    }
    addTokens(logProbabilities, from, logProbabilities.length);
  }

  private void addTokens(double[] logProbabilities, int from, int to) {
    if (from == to) {
      return;
    }
    if (!documentOpen) {
      beginDocument();
    }
    double sum = 0;
    for (int t = from; t < to; t++) {
      sum -= logProbabilities[t];
    }
    negativeLogProbability[units - 1] += sum;
    tokens[units - 1] += to - from;
  }

  private void beginDocument() {
    documentOpen = true;
    if (units > 0 && documentsInUnit < documentsPerUnit) {
      documentsInUnit++;
      return;
    }
    if (units == MAXIMUM_UNITS) {
      joinPairs();
    }
    if (units == tokens.length) {
      negativeLogProbability = Arrays.copyOf(negativeLogProbability, 2 * units);
      tokens = Arrays.copyOf(tokens, 2 * units);
    }
    units++;
    documentsInUnit = 1;
  }

  private void joinPairs() {
    units /= 2;
    documentsPerUnit *= 2;
    for (int i = 0; i < units; i++) {
      negativeLogProbability[i] = negativeLogProbability[2 * i] + negativeLogProbability[2 * i + 1];
      tokens[i] = tokens[2 * i] + tokens[2 * i + 1];
    }
    Arrays.fill(negativeLogProbability, units, negativeLogProbability.length, 0);
    Arrays.fill(tokens, units, tokens.length, 0);
  }

  /** Of each document or group of documents, in the order of the stream. */
  double[] negativeLogProbability() {
    return Arrays.copyOf(negativeLogProbability, units);
  }

  /** As {@link #negativeLogProbability}. */
  long[] tokens() {
    return Arrays.copyOf(tokens, units);
  }
}
