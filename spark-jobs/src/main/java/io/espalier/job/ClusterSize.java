package io.espalier.job;

import io.espalier.config.ConfigException;

/**
 * What a local cluster offers.
 *
 * @param gpusPerWorker pretended GPUs: addresses that Spark schedules, with no card behind them
 */
public record ClusterSize(
    int workers, int coresPerWorker, int memoryMegabytesPerWorker, int gpusPerWorker) {
  private static final int MOST_WORKERS = 64;

  /** An executor of Spark's takes a gigabyte of heap where nobody says otherwise. */
  private static final int LEAST_MEGABYTES = 1024;

  public ClusterSize {
    require("--workers", workers, 1, MOST_WORKERS);
    require("--cores-per-worker", coresPerWorker, 1, 1024);
    require("--memory-per-worker", memoryMegabytesPerWorker, LEAST_MEGABYTES, 1 << 24);
    require("--gpus-per-worker", gpusPerWorker, 0, 64);
  }

  private static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ConfigException(
          "%s is %d but must lie between %d and %d".formatted(option, value, least, most));
    }
  }
}
