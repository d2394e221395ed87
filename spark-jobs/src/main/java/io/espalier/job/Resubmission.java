package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import io.espalier.train.RanksDisagreeException;
import io.espalier.train.TrainingDivergedException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spark gives up a task, or a barrier stage, that has failed four times. A long training may lose
 * more executors than that: it is submitted again as long as it has moved on.
 */
final class Resubmission {
  private static final Logger LOG = LoggerFactory.getLogger(Resubmission.class);

  private Resubmission() {}

  /**
   * @param progress grows with what is safe in checkpoints
   * @param training submits what isn't complete
   */
  static <T> T whileMovingOn(String name, LongSupplier progress, Supplier<T> training) {
    long reached = progress.getAsLong();
    while (true) {
      try {
        return training.get();
      } catch (Exception e) { // Spark's are checked and yet not declared.
        long now = progress.getAsLong();
        boolean isLost = e instanceof SparkException && repeated(e) == null;
        if (now <= reached || Thread.currentThread().isInterrupted() || !isLost) {
          throw e;
        }
        LOG.warn(
            "{} is submitted again: its checkpoints have come from {} to {}",
            name,
            reached,
            now,
            e);
        reached = now;
      }
    }
  }

  /** The failure that another attempt would end with as well; null if it may go better. */
  static @Nullable RuntimeException repeated(@Nullable Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConfigException
          || t instanceof FormatException
          || t instanceof TrainingDivergedException
          || t instanceof RanksDisagreeException) {
        return (RuntimeException) t;
      }
    }
    return null;
  }
}
