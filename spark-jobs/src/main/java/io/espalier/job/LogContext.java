package io.espalier.job;

import java.util.List;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * What a line of the log is about: run, stage, expert and attempt of the thread that logs, which
 * the JSON layout of {@code conf/log4j2.properties} writes as fields.
 */
final class LogContext {
  private static final String RUN = "run";
  private static final String STAGE = "stage";
  private static final String EXPERT = "expert";
  private static final String ATTEMPT = "attempt";

  private LogContext() {}

  /** The driver's thread is at this stage from now on. */
  static void stage(String run, String stage) {
    MDC.put(RUN, run);
    MDC.put(STAGE, stage);
  }

  /**
   * Does a task's work, whose thread works for others afterwards.
   *
   * @param expert the checkpoint that it makes
   * @param attempt Spark's number of the task's attempt, from 0
   */
  static <T> T task(String run, String stage, String expert, int attempt, Supplier<T> work) {
    stage(run, stage);
    MDC.put(EXPERT, expert);
    MDC.put(ATTEMPT, Integer.toString(attempt));
    try {
      return work.get();
    } finally {
      List.of(RUN, STAGE, EXPERT, ATTEMPT).forEach(MDC::remove);
    }
  }
}
