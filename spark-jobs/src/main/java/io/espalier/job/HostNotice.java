package io.espalier.job;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notice that this executor's host will be taken away: a drained node, a spot machine, a worker
 * that is decommissioned. Spark tells an executor to take no more tasks, but not the tasks that it
 * has; the driver knows, so each executor asks it once a second.
 */
final class HostNotice implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostNotice.class);
  private static final int INTERVAL_MILLISECONDS = 1000;

  private static volatile boolean given;

  private final PluginContext executor;
  private final Thread asking = new Thread(this::ask, "host-notice");

  /** Asks whether an executor is to go. */
  record Question(String executor) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The driver's answer. */
    boolean answer(SparkContext driver) {
      return driver.taskScheduler().getExecutorDecommissionState(executor).isDefined();
    }
  }

  private HostNotice(PluginContext executor) {
    this.executor = executor;
  }

  /** Begins to ask, in an executor. */
  static HostNotice listen(PluginContext executor) {
    given = false;
    HostNotice notice = new HostNotice(executor);
    notice.asking.setDaemon(true);
    notice.asking.start();
    return notice;
  }

  private void ask() {
    Question question = new Question(executor.executorID());
    try {
      while (!given) {
        Thread.sleep(INTERVAL_MILLISECONDS);
        given = isToGo(question);
      }
      LOG.warn("Executor {} is to go", question.executor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isToGo(Question question) throws InterruptedException {
    try {
      return Boolean.TRUE.equals(executor.ask(question));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // Spark's RPC throws what it doesn't declare; it is asked again.
      LOG.debug("The driver doesn't answer", e);
      return false;
    }
  }

  /** Whether this process is about to be ended. */
  static boolean isGiven() {
    return given;
  }

  @Override
  public void close() {
    asking.interrupt();
  }
}
