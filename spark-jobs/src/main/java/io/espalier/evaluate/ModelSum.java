package io.espalier.evaluate;

import java.util.ArrayList;
import java.util.List;

/** What one model thinks of one split: the figures, and each document's share. For one thread. */
final class ModelSum {
  private final LikelihoodSum likelihood = new LikelihoodSum();
  private final DocumentSum documents = new DocumentSum();

  void add(float[] logProbabilities, SequenceScores sequence) {
    double[] values = new double[logProbabilities.length];
    for (int t = 0; t < values.length; t++) {
      values[t] = logProbabilities[t];
    }
    add(values, sequence);
  }

  void add(double[] logProbabilities, SequenceScores sequence) {
    likelihood.add(logProbabilities, sequence.bytes());
    documents.add(logProbabilities, sequence.documentEnds());
  }

  DocumentSum documents() {
    return documents;
  }

  /** Perplexity and bits per byte; empty if there is no token. */
  List<Result> results(EvaluatedSplit target, String model, String hash) {
    List<Result> results = new ArrayList<>();
    long tokens = likelihood.tokens();
    if (tokens > 0) {
      results.add(target.result(model, Result.PERPLEXITY, likelihood.perplexity(), tokens, hash));
    }
    if (tokens > 0 && likelihood.bytes() > 0) {
      results.add(
          target.result(model, Result.BITS_PER_BYTE, likelihood.bitsPerByte(), tokens, hash));
    }
    return results;
  }
}
