package io.espalier.report;

/**
 * One row of the table {@code ledger}: what one task used.
 *
 * @param stage the stage, like {@code train-experts}
 * @param domain the domain or checkpoint the task worked on; empty if on none in particular
 * @param attempt 0 for a first attempt
 * @param device {@code cpu}, {@code cuda:0}, …
 * @param deviceSeconds seconds the task held its device
 * @param cpuSeconds CPU time of the task
 * @param flops floating-point operations of the models' matrix products; 0 where there were none
 * @param tokens tokens processed
 * @param bytesCommunicated bytes that ranks of one model sent each other; 0 where there was one
 * @param wallSeconds of a stage as a whole; 0 of a task
 * @param idleSlotSeconds seconds that slots had nothing to do while the stage ran; 0 of a task
 * @param bytesRead text and tables that were read
 */
public record LedgerEntry(
    String stage,
    String domain,
    int attempt,
    String device,
    double deviceSeconds,
    double cpuSeconds,
    double flops,
    long tokens,
    long bytesCommunicated,
    double wallSeconds,
    double idleSlotSeconds,
    long bytesRead) {

  /** A task. */
  public LedgerEntry(
      String stage,
      String domain,
      int attempt,
      String device,
      double deviceSeconds,
      double cpuSeconds,
      double flops,
      long tokens,
      long bytesCommunicated) {
    this(
        stage,
        domain,
        attempt,
        device,
        deviceSeconds,
        cpuSeconds,
        flops,
        tokens,
        bytesCommunicated,
        0,
        0,
        0);
  }

  /** Whether this is work, not only a stage's idle time. */
  boolean isTask() {
    return deviceSeconds > 0 || tokens > 0;
  }
}
