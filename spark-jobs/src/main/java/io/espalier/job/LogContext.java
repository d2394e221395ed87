package io.espalier.job;

import org.slf4j.MDC;

/**
 * What a line of the log is about: run, stage, expert and attempt of the thread that logs, which
 * the JSON layout of {@code conf/log4j2.properties} writes as fields.
 */
final class LogContext implements AutoCloseable {
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
   * A task's thread, until it is closed: it works for others afterwards.
   *
   * @param expert the checkpoint that it makes
   * @param attempt Spark's number of the task's attempt, from 0
   */
  static LogContext task(String run, String stage, String expert, int attempt) {
    stage(run, stage);
    MDC.put(EXPERT, expert);
    MDC.put(ATTEMPT, Integer.toString(attempt));
    return new LogContext();
  }

  @Override
  public void close() {
    MDC.remove(RUN);
    MDC.remove(STAGE);
    MDC.remove(EXPERT);
    MDC.remove(ATTEMPT);
  }
}
