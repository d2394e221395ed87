package io.espalier.bench;

import io.espalier.model.AdamWStep;
import io.espalier.model.Gpt2;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import java.lang.management.ManagementFactory;
import java.util.Random;

/** A model in training, whose steps can be timed a few at a stretch. Owns it until closed. */
final class TrainSteps implements AutoCloseable {
  private static final long SEED = 20;
  private static final double NANOSECONDS_PER_SECOND = 1e9;

  private final LanguageModel model;
  private final TokenBatch batch;
  private long done;

  TrainSteps(TrainSize size, ModelOptions options) {
    this.model =
        new Gpt2(size.layers(), size.hiddenSize(), size.heads())
            .build(size.vocabularySize(), size.tokens(), options);
    model.initialize(SEED);
    Random random = new Random(SEED);
    this.batch =
        new TokenBatch(
            size.sequences(),
            size.tokens(),
            random.longs(size.tokensPerStep(), 0, size.vocabularySize()).toArray(),
            random.longs(size.tokensPerStep(), 0, size.vocabularySize()).toArray());
  }

  /**
   * What some steps took.
   *
   * @param cpuSeconds of the whole process: compilation and garbage collection count
   */
  record Time(double cpuSeconds, double wallSeconds) {}

  Time run(int steps) {
    long cpu = processCpuNanoseconds();
    long wall = System.nanoTime();
    for (int i = 0; i < steps; i++) {
      step();
    }
    return new Time(
        (processCpuNanoseconds() - cpu) / NANOSECONDS_PER_SECOND,
        (System.nanoTime() - wall) / NANOSECONDS_PER_SECOND);
  }

  private void step() {
    done++;
    double loss = model.addGradients(batch, 1.0 / batch.tokens());
    double norm = model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1.0, 1e-4, done));
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new IllegalStateException(
          "Step %d has loss %s and gradient norm %s".formatted(done, loss, norm));
    }
  }

  private static long processCpuNanoseconds() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  @Override
  public void close() {
    model.close();
  }
}
