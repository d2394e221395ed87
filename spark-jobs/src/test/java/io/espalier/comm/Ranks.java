package io.espalier.comm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A thread for each rank of a test, until the test ends. */
final class Ranks implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final List<ExecutorService> threads = new ArrayList<>();

  Ranks(int size) {
    for (int rank = 0; rank < size; rank++) {
      String name = "rank-" + rank;
      threads.add(
          Executors.newSingleThreadExecutor(
              work -> {
                Thread thread = new Thread(work, name);
                thread.setDaemon(true);
                return thread;
              }));
    }
  }

  /** What one rank does. */
  interface Work<T> {
    T of(int rank) throws Exception;
  }

  /** What one rank does with its communicator. */
  interface Use {
    void by(Communicator communicator) throws Exception;
  }

  <T> List<Future<T>> start(Work<T> work) {
    List<Future<T>> tasks = new ArrayList<>();
    for (int rank = 0; rank < threads.size(); rank++) {
      int mine = rank;
      tasks.add(threads.get(rank).submit(() -> work.of(mine)));
    }
    return tasks;
  }

  /** All ranks' answers; an exception of any fails the test, and so does waiting forever. */
  <T> List<T> answers(Work<T> work) throws Exception {
    List<T> answers = new ArrayList<>();
    for (Future<T> task : start(work)) {
      try {
        answers.add(task.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      } catch (ExecutionException e) {
        throw new AssertionError("rank " + answers.size() + ": " + e.getCause(), e.getCause());
      }
    }
    return answers;
  }

  void use(List<Communicator> communicators, Use use) throws Exception {
    answers(
        rank -> {
          use.by(communicators.get(rank));
          return rank;
        });
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdownNow);
  }
}
