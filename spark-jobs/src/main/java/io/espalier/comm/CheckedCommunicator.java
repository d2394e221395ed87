package io.espalier.comm;

import io.espalier.comm.Call.Kind;
import java.util.concurrent.atomic.AtomicLong;

/** Checks arguments, numbers the calls, and leaves the moving of memory to a backend. */
final class CheckedCommunicator implements Communicator {
  /** What memory collectives can move. */
  enum Reach {
    HOST,
    HOST_AND_DEVICES
  }

  private final Group group;
  private final Collectives collectives;
  private final Reach reach;
  private final AtomicLong bytesSent = new AtomicLong();
  private long calls;
  private volatile boolean closed;

  /**
   * Wraps a group, whose collectives it closes.
   *
   * @param reach what memory the collectives can move
   */
  CheckedCommunicator(Group group, Reach reach) {
    this.group = group;
    this.collectives = group.collectives();
    this.reach = reach;
  }

  Group group() {
    return group;
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int size() {
    return group.size();
  }

  @Override
  public void allReduce(Memory memory, Reduction reduction) {
    requireMovable(memory);
    collectives.allReduce(begin(reduction == Reduction.SUM ? Kind.SUM : Kind.MAX, memory), memory);
    sent(2 * memory.bytes());
  }

  @Override
  public void allGather(Memory slice, Memory whole) {
    requireSliceOf(slice, whole);
    collectives.allGather(begin(Kind.ALL_GATHER, slice), slice, whole);
    sent(whole.bytes());
  }

  @Override
  public void reduceScatter(Memory whole, Memory slice) {
    requireSliceOf(slice, whole);
    collectives.reduceScatter(begin(Kind.REDUCE_SCATTER, slice), whole, slice);
    sent(whole.bytes());
  }

  @Override
  public void broadcast(Memory memory, int root) {
    requireMovable(memory);
    if (root < 0 || root >= size()) {
      throw new IllegalArgumentException("root is %d of %d ranks".formatted(root, size()));
    }
    collectives.broadcast(begin(Kind.BROADCAST, memory.type(), memory.elements(), root), memory);
    sent(memory.bytes());
  }

  @Override
  public void barrier() {
    collectives.barrier(begin(Kind.BARRIER, ElementType.INT64, 0, 0));
  }

  @Override
  public long bytesSent() {
    return bytesSent.get();
  }

  /** All but this rank's own share goes to others. */
  private void sent(long bytes) {
    bytesSent.addAndGet(bytes * (size() - 1) / size());
  }

  @Override
  public Communicator split(int color, int key) {
    Call call = begin(Kind.SPLIT, ElementType.INT64, 2, 0);
    return new CheckedCommunicator(collectives.split(call, color, key), reach);
  }

  @Override
  public void abort(String reason) {
    collectives.abort(reason);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      collectives.close();
    }
  }

  private Call begin(Kind kind, Memory memory) {
    return begin(kind, memory.type(), memory.elements(), 0);
  }

  private Call begin(Kind kind, ElementType type, long elements, int root) {
    if (closed) {
      throw new IllegalStateException("Rank %d has closed its communicator".formatted(rank()));
    }
    collectives.health().check();
    return new Call(calls++, kind, type, elements, root);
  }

  private void requireMovable(Memory memory) {
    if (reach == Reach.HOST && memory instanceof DeviceMemory) {
      throw new IllegalArgumentException("This communicator moves HostMemory, not DeviceMemory");
    }
  }

  private void requireSliceOf(Memory slice, Memory whole) {
    requireMovable(slice);
    requireMovable(whole);
    if (slice.getClass() != whole.getClass()) {
      throw new IllegalArgumentException(
          "The slice is %s but the whole %s"
              .formatted(slice.getClass().getSimpleName(), whole.getClass().getSimpleName()));
    }
    if (slice.type() != whole.type() || whole.elements() != size() * slice.elements()) {
      throw new IllegalArgumentException(
          "The whole is %d %s but must be %d ranks × %d %s"
              .formatted(whole.elements(), whole.type(), size(), slice.elements(), slice.type()));
    }
  }
}
