package io.espalier.table;

import java.time.Instant;

/**
 * What one attempt at one piece of work cost; or, with the device {@link #SLOTS}, how long a stage
 * took as a whole and how much of that time its slots had nothing to do. Sums over all rows count
 * everything once.
 *
 * @param stage {@code prepare}, {@code train-seed}, {@code train-experts}, {@code score}, …
 * @param checkpoint what it made or used; empty where there is none
 * @param domain empty where the work is not one domain's
 * @param attempt from 0
 * @param device {@code cpu} or {@code cuda:0}; {@link #SLOTS}
 * @param startedAt when the row's stage began; of pieces of work, when they were written down
 * @param deviceSeconds wall time times devices (cores, on a CPU)
 * @param flops floating-point operations by formula, not by measurement
 * @param bytesCommunicated bytes that ranks of one model sent each other
 * @param wallSeconds of a stage as a whole, from beginning to end; 0 of pieces of work
 * @param idleSlotSeconds slots times wall time, minus the device-seconds that tasks held them; 0 of
 *     pieces of work
 * @param bytesRead text and tables that tasks read; of training and scoring the tokens' bytes
 */
public record LedgerRow(
    String stage,
    String checkpoint,
    String domain,
    int attempt,
    String device,
    Instant startedAt,
    double deviceSeconds,
    double cpuSeconds,
    double flops,
    long tokens,
    long bytesCommunicated,
    double wallSeconds,
    double idleSlotSeconds,
    long bytesRead) {

  /** The device of rows that are about a stage's slots, not about work. */
  public static final String SLOTS = "slots";

  /** A piece of work that read nothing worth counting. */
  public LedgerRow(
      String stage,
      String checkpoint,
      String domain,
      int attempt,
      String device,
      Instant startedAt,
      double deviceSeconds,
      double cpuSeconds,
      double flops,
      long tokens,
      long bytesCommunicated) {
    this(
        stage,
        checkpoint,
        domain,
        attempt,
        device,
        startedAt,
        deviceSeconds,
        cpuSeconds,
        flops,
        tokens,
        bytesCommunicated,
        0,
        0,
        0);
  }

  /** The same piece of work, with what it read. */
  public LedgerRow reading(long bytes) {
    return new LedgerRow(
        stage,
        checkpoint,
        domain,
        attempt,
        device,
        startedAt,
        deviceSeconds,
        cpuSeconds,
        flops,
        tokens,
        bytesCommunicated,
        wallSeconds,
        idleSlotSeconds,
        bytes);
  }

  /** Whether this is about a stage's slots, not about a piece of work. */
  public boolean isOfSlots() {
    return device.equals(SLOTS);
  }
}
