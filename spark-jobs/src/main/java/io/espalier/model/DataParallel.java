package io.espalier.model;

import io.espalier.comm.Communicator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sums gradients over the ranks that compute other batches, bucket by bucket, in a thread of its
 * own while backward still runs (Li et al. 2020, "PyTorch Distributed"). All ranks sum the same
 * buckets in the same order. Owns its thread until closed; used by the model's thread only.
 */
final class DataParallel implements AutoCloseable {
  private final Communicator communicator;
  private final List<Runnable> buckets;
  private final ExecutorService thread;
  private final List<Future<?>> running = new ArrayList<>();
  private int started;

  /**
   * Ranks that sum nothing yet.
   *
   * @param buckets what sums a stretch of the gradient, in the order in which backward completes
   *     them
   */
  DataParallel(Communicator communicator, List<Runnable> buckets) {
    this.communicator = communicator;
    this.buckets = List.copyOf(buckets);
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread reducing = new Thread(work, "gradient-sum-" + communicator.rank());
              reducing.setDaemon(true);
              return reducing;
            });
  }

  /** Starts to sum the first {@code complete} buckets, as far as that wasn't done. */
  void start(int complete) {
    while (started < Math.min(complete, buckets.size())) {
      running.add(thread.submit(buckets.get(started++)));
    }
  }

  /** Sums what is left, and returns when everything is summed. */
  void finish() {
    start(buckets.size());
    started = 0;
    try {
      for (Future<?> sum : running) {
        sum.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("Gradients can't be summed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      communicator.abort("a rank was interrupted while gradients were summed");
      throw new IllegalStateException("Interrupted while gradients were summed", e);
    } finally {
      running.clear();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
