package io.espalier.merge;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Numbered pieces of work on some threads: each piece is prepared by whichever thread is free, and
 * finished in the order of the numbers.
 *
 * @param <W> what a thread works with; each has one of its own
 */
final class OrderedWork<W> {
  private final int pieces;
  private final Work<W> work;
  private final Turns turns = new Turns();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** What is done to each piece. */
  interface Work<W> {

    /** The part that needs no order; false if the work has ended for all. */
    boolean prepare(W worker, int piece) throws InterruptedException;

    /** The part that comes after those of all pieces before. */
    void finish(W worker, int piece);

    /** Wakes whoever waits in {@link #prepare}: the work has ended. */
    default void end() {}
  }

  private OrderedWork(int pieces, Work<W> work) {
    this.pieces = pieces;
    this.work = work;
  }

  /** Does all pieces, one thread a worker; throws what the first thread to fail threw. */
  static <W> void run(List<W> workers, int pieces, Work<W> work) {
    OrderedWork<W> ordered = new OrderedWork<>(pieces, work);
    boolean interrupted = false;
    if (workers.size() == 1 || pieces <= 1) {
      ordered.work(workers.get(0)); // Nobody to wait for: no thread is worth starting.
      interrupted = Thread.interrupted();
    } else {
      interrupted = ordered.runThreads(workers);
    }
    ordered.rethrow(interrupted);
  }

  private boolean runThreads(List<W> workers) {
    List<Thread> threads = new ArrayList<>();
    for (W worker : workers.subList(0, Math.min(workers.size(), pieces))) {
      Thread thread = new Thread(() -> work(worker), "merge-" + threads.size());
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    return joinAll(threads);
  }

  /** Returns when all have ended, since they use the caller's files; true if interrupted. */
  private boolean joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          end();
        }
      }
    }
    return interrupted;
  }

  private void rethrow(boolean interrupted) {
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("interrupted while merging"));
    }
  }

  private void work(W worker) {
    try {
      int piece = next.getAndIncrement();
      while (piece < pieces && work.prepare(worker, piece) && turns.await(piece)) {
        work.finish(worker, piece);
        turns.pass();
        piece = next.getAndIncrement();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      end();
    }
  }

  private void end() {
    turns.end();
    work.end();
  }
}
