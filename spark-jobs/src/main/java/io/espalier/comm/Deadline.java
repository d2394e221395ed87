package io.espalier.comm;

import java.util.concurrent.TimeUnit;

/** When a wait ends. */
record Deadline(long atNanoTime, double seconds) {

  static Deadline in(double seconds) {
    long nanoseconds = (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    return new Deadline(System.nanoTime() + nanoseconds, seconds);
  }

  boolean isOver() {
    return leftNanoseconds() <= 0;
  }

  double passedSeconds() {
    return seconds - (double) leftNanoseconds() / TimeUnit.SECONDS.toNanos(1);
  }

  long leftNanoseconds() {
    return atNanoTime - System.nanoTime();
  }

  /** At least 0. */
  long leftMilliseconds() {
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(leftNanoseconds()));
  }
}
