package io.espalier.comm;

/**
 * One rank's end of a group of ranks which call the same collectives in the same order.
 *
 * <p><b>Sums are taken in rank order</b>: x₀ + x₁ + x₂ + …, left to right, each element on its own,
 * in the element's type (bfloat16 in float32, rounded once at the end). So the bits are the same on
 * every rank, from run to run, and whatever host backend, message length or position an element
 * has. NCCL has an order of its own, which is the same on all ranks.
 *
 * <p>With one rank every collective is the identity and returns at once: serial is the one-rank
 * case.
 *
 * <p>Each rank uses its communicator from one thread at a time; {@link #abort} may come from any.
 * Communicators split from one another may be used at the same time by different threads. A thread
 * that ends without {@link #close} counts as a rank that died.
 *
 * <p>Every method that waits has the deadline of the settings' {@code timeout_seconds} and throws
 * {@link CommunicatorException} when a rank died, hung, aborted, or made another call. Arguments
 * which can't be right on any rank are an {@link IllegalArgumentException} at once.
 */
public interface Communicator extends AutoCloseable {
  /** This rank, from 0. */
  int rank();

  /** How many ranks there are. */
  int size();

  /**
   * Replaces every element by the reduction of all ranks' elements at its place.
   *
   * @param memory the same type and length on every rank
   * @param reduction the same on every rank
   */
  void allReduce(Memory memory, Reduction reduction);

  /**
   * Puts all ranks' slices one after the other, in rank order, on every rank.
   *
   * @param slice this rank's elements, shape (elements); may be its own place in {@code whole}, but
   *     overlaps {@code whole} nowhere else
   * @param whole receives all, shape (size × elements)
   */
  void allGather(Memory slice, Memory whole);

  /**
   * Sums over the ranks, and leaves rank r with the r-th slice of the sum.
   *
   * @param whole this rank's summands, shape (size × elements); unchanged where {@code slice}
   *     doesn't lie in it
   * @param slice receives this rank's part, shape (elements); may be its own place in {@code
   *     whole}, but overlaps {@code whole} nowhere else
   */
  void reduceScatter(Memory whole, Memory slice);

  /**
   * Copies one rank's elements to all.
   *
   * @param memory the same type and length on every rank
   * @param root whose elements; the same on every rank
   */
  void broadcast(Memory memory, int root);

  /** Returns when all ranks have called it. */
  void barrier();

  /**
   * Bytes of elements that this rank has sent to others so far, counted as a ring moves them, which
   * is the least that any exchange among p equal ranks can: 2(p−1)/p of the memory for an
   * all-reduce, (p−1)/p of the whole for an all-gather, a reduce-scatter or a broadcast. Up to 16
   * KB sockets send more at once to save time; headers, barriers and splits aren't counted. Any
   * thread may ask.
   */
  long bytesSent();

  /**
   * A communicator of the ranks that give the same color, ordered by key and, where keys are equal,
   * by rank. All ranks call it. It fails with this one and is closed on its own.
   */
  Communicator split(int color, int key);

  /**
   * Makes every rank fail with a reason, now or at its next call, in this communicator and all that
   * were split from it or from which it was split. Does nothing if they have failed already.
   */
  void abort(String reason);

  /**
   * Leaves the group without waiting; the other ranks fail only if they still need this one. Closed
   * communicators may be closed again.
   */
  @Override
  void close();
}
