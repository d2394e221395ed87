package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One training of experts that a fault is done to: the cluster, the driver, and chance.
 *
 * @param disk the file system of the run's folder
 * @param random decides when and whom; the same seed decides the same
 */
record Disturbance(
    StandaloneCluster cluster,
    DriverProcess driver,
    ExpertsUnderWay experts,
    RunDisk disk,
    Random random) {
  /** Executors of this size are there while both workers are. */
  private static final int WORKERS = 2;

  /**
   * Waits for some checkpoint to be written, and a moment more, so that the fault hits anywhere.
   */
  void awaitMoment() throws Exception {
    long steps = experts.checkpointSteps() * (1 + random.nextInt(8));
    await(() -> experts.progress() > 0);
    long first = experts.progress();
    await(() -> experts.progress() >= first + steps);
    Thread.sleep(random.nextInt(300)); // Between two checkpoints; nothing is awaited.
  }

  int anyWorker() {
    return random.nextInt(WORKERS);
  }

  ProcessHandle worker(int number) {
    return cluster.process("worker-" + number);
  }

  /** An executor of a worker, which always has one. */
  ProcessHandle executorOf(int worker) throws Exception {
    while (true) {
      List<ProcessHandle> executors = cluster.executorsOf(worker);
      if (!executors.isEmpty()) {
        return executors.get(0);
      }
      requireDriver();
      Thread.sleep(20);
    }
  }

  /** Waits until all that was under way goes on. */
  void awaitRecovery(Map<String, Long> before) throws Exception {
    await(() -> experts.hasMovedOnFrom(before));
  }

  /** Waits for something that comes while the driver is at work. */
  void await(Condition condition) throws Exception {
    while (!condition.holds()) {
      if (experts.isComplete() && !condition.holds()) {
        throw new AssertionError("the training was over before it happened");
      }
      requireDriver();
      Thread.sleep(5);
    }
  }

  private void requireDriver() throws Exception {
    if (!driver.isAlive() && !experts.isComplete()) {
      throw new AssertionError("the driver has ended:\n" + driver.printed());
    }
  }

  /** Waits for the driver to say something of ranks that it didn't say before. */
  void awaitFailedRank() throws Exception {
    long before = failedRanks();
    await(() -> failedRanks() > before);
  }

  private long failedRanks() throws Exception {
    return driver.printed().lines().filter(line -> line.contains("A rank failed (")).count();
  }

  /** The driver ends with a sentence, which names the trouble, and the mistake's exit code. */
  void awaitRefusal(String sentence) throws Exception {
    assertThat(driver.awaitEnd()).as(driver.printed()).isEqualTo(2);
    assertThat(driver.printed()).contains(sentence);
  }

  interface Condition {
    boolean holds() throws Exception;
  }
}
