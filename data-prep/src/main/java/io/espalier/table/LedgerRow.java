package io.espalier.table;

import java.time.Instant;

/**
 * What one attempt at one piece of work cost.
 *
 * @param stage {@code train-seed}, {@code train-dense}, {@code train-experts}, {@code score}, …
 * @param checkpoint what it made or used; empty where there is none
 * @param domain empty where the work is not one domain's
 * @param attempt from 0
 * @param device {@code cpu} or {@code cuda:0}
 * @param deviceSeconds wall time times devices (cores, on a CPU)
 * @param flops floating-point operations by formula, not by measurement
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
    long bytesCommunicated) {}
