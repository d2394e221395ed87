package io.espalier.job;

import io.espalier.model.Decoder;
import io.espalier.model.LanguageModel;
import java.util.Arrays;

/**
 * One model that reads a text and could go on with it: what it says of the next token, and how
 * probable it found the text so far. Owns the model. One thread at a time.
 */
final class Speaker implements AutoCloseable {
  private final String name;
  private final LanguageModel model;
  private final Decoder decoder;
  private final double logPrior;
  private long[] unread = new long[0];
  private float[] logits = new float[0];
  private double logSum;
  private double logLikelihood;

  /**
   * @param name of its checkpoint
   * @param model becomes the speaker's
   * @param logPrior natural-log probability before any text; needn't be normalised
   */
  Speaker(String name, LanguageModel model, double logPrior) {
    this.name = name;
    this.model = model;
    this.decoder = model.decoder();
    this.logPrior = logPrior;
  }

  String name() {
    return name;
  }

  /** Adds to what it has to read. */
  void hear(long... ids) {
    int heard = unread.length;
    unread = Arrays.copyOf(unread, heard + ids.length);
    System.arraycopy(ids, 0, unread, heard, ids.length);
  }

  /**
   * Reads what it has heard.
   *
   * @param judges whether its likelihood is wanted, not only what comes next
   */
  void read(boolean judges) {
    if (unread.length == 0) {
      return;
    }
    if (judges && logits.length > 0) {
      logLikelihood += logProbability(unread[0]);
    }
    Decoder.Reading reading = decoder.read(unread, judges);
    for (float logProbability : reading.logProbabilities()) {
      logLikelihood += logProbability;
    }
    unread = new long[0];
    logits = reading.nextLogits();
    logSum = judges ? logSumExp(logits) : 0;
  }

  /** ln P(this one | the text it has read), up to a constant that all speakers share. */
  double logEvidence() {
    return logPrior + logLikelihood;
  }

  /** ln p of a token that may come next; if it wasn't asked to judge, up to a constant. */
  double logProbability(long id) {
    return logits[(int) id] - logSum;
  }

  int vocabularySize() {
    return logits.length;
  }

  private static double logSumExp(float[] values) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      highest = Math.max(highest, value);
    }
    double sum = 0;
    for (float value : values) {
      sum += Math.exp(value - highest);
    }
    return highest + Math.log(sum);
  }

  @Override
  public void close() {
    decoder.close();
    model.close();
  }
}
