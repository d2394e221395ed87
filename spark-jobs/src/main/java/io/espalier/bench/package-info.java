/**
 * The measurements behind {@code bin/espalier bench}.
 *
 * <p>May import everything but {@code cli}. Each measurement is a class with a static {@code
 * measure} that returns a {@link io.espalier.bench.BenchResult}; the command line prints it as a
 * table or as JSON.
 *
 * <p>Why figures instead of timed tests: a figure says little without the machine it was taken on,
 * and a limit on it would fail on a busy one. A regression shows in {@code benchmarks.md}, where
 * figures are kept with machine and date. {@code TrainBench} and {@code MemoryBench} run without
 * Spark and Hadoop on the class path, so nothing here is loaded before it is asked for.
 */
@NullMarked
package io.espalier.bench;

import org.jspecify.annotations.NullMarked;
