package io.espalier.bench;

import io.espalier.comm.Communicator;
import io.espalier.comm.Memory;
import io.espalier.comm.Reduction;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the time that a rank spends in collectives: moving, summing, and waiting for others. */
final class TimedCommunicator implements Communicator {
  private final Communicator communicator;
  private final AtomicLong nanoseconds = new AtomicLong();

  /** Takes the communicator over. */
  TimedCommunicator(Communicator communicator) {
    this.communicator = communicator;
  }

  /** Since the last call. */
  double takeSeconds() {
    return nanoseconds.getAndSet(0) / 1e9;
  }

  private void timed(Runnable collective) {
    long start = System.nanoTime();
    collective.run();
    nanoseconds.addAndGet(System.nanoTime() - start);
  }

  @Override
  public int rank() {
    return communicator.rank();
  }

  @Override
  public int size() {
    return communicator.size();
  }

  @Override
  public void allReduce(Memory memory, Reduction reduction) {
    timed(() -> communicator.allReduce(memory, reduction));
  }

  @Override
  public void allGather(Memory slice, Memory whole) {
    timed(() -> communicator.allGather(slice, whole));
  }

  @Override
  public void reduceScatter(Memory whole, Memory slice) {
    timed(() -> communicator.reduceScatter(whole, slice));
  }

  @Override
  public void broadcast(Memory memory, int root) {
    timed(() -> communicator.broadcast(memory, root));
  }

  @Override
  public void barrier() {
    timed(communicator::barrier);
  }

  @Override
  public Communicator split(int color, int key) {
    return communicator.split(color, key);
  }

  @Override
  public long bytesSent() {
    return communicator.bytesSent();
  }

  @Override
  public void abort(String reason) {
    communicator.abort(reason);
  }

  @Override
  public void close() {
    communicator.close();
  }
}
