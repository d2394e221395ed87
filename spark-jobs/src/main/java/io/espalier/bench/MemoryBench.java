package io.espalier.bench;

import io.espalier.config.ConfigException;
import io.espalier.model.ModelOptions;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Whether a long training holds its memory: the resident set of the process, native memory
 * included, over thousands of steps of a tiny model. Runs on Linux, without Spark and Hadoop on the
 * class path.
 */
public final class MemoryBench {
  private static final TrainSize TINY = new TrainSize("tiny", 2, 64, 4, 64, 4, 512, 1);
  private static final int POINTS = 10;
  private static final int BYTES_PER_MEBIBYTE = 1 << 20;

  private MemoryBench() {}

  /**
   * Trains and notes the resident set ten times.
   *
   * @param steps in all; the first tenth is warm-up
   */
  public static BenchResult measure(int steps) {
    if (steps < POINTS) {
      throw new ConfigException("steps is %d but must be at least %d".formatted(steps, POINTS));
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", TINY.toString());
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
    long warm = 0;
    long last = 0;
    try (TrainSteps training = new TrainSteps(TINY, options)) {
      for (int point = 1; point <= POINTS; point++) {
        training.run(steps / POINTS);
        last = residentMegabytes();
        warm = point == 1 ? last : warm;
        figures.put("resident_megabytes_after_%d_steps".formatted(steps / POINTS * point), last);
      }
    }
    figures.put("growth_megabytes", last - warm);
    return new BenchResult("memory", figures);
  }

  private static long residentMegabytes() {
    try {
      return ProcessStatus.residentBytes().orElseThrow() / BYTES_PER_MEBIBYTE;
    } catch (IOException | NoSuchElementException e) {
      throw new ConfigException(
          "The resident set is read from " + ProcessStatus.FILE + ", which isn't there", e);
    }
  }
}
