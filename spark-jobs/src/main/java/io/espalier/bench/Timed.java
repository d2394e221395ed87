package io.espalier.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How long a piece of work took.
 *
 * @param wallSeconds by the clock
 * @param cpuSeconds by the calling thread alone, native code included: the figure that other
 *     programs on the machine disturb least
 */
record Timed(double wallSeconds, double cpuSeconds) {
  private static final double NANOSECONDS_PER_SECOND = 1e9;
  private static final double BYTES_PER_MEGABYTE = 1e6;

  static Timed of(Runnable work) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    long wall = System.nanoTime();
    work.run();
    return new Timed(
        (System.nanoTime() - wall) / NANOSECONDS_PER_SECOND,
        (threads.getCurrentThreadCpuTime() - cpu) / NANOSECONDS_PER_SECOND);
  }

  double megabytesPerSecond(long bytes) {
    return rounded(megabytes(bytes) / wallSeconds);
  }

  double megabytesPerCpuSecond(long bytes) {
    return rounded(megabytes(bytes) / cpuSeconds);
  }

  /** Millions of bytes. */
  static double megabytes(long bytes) {
    return bytes / BYTES_PER_MEGABYTE;
  }

  /** Three significant digits: what such a figure is good for. */
  static double rounded(double value) {
    return new java.math.BigDecimal(value).round(new java.math.MathContext(3)).doubleValue();
  }
}
