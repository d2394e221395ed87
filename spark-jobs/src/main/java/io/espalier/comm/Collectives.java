package io.espalier.comm;

/**
 * How a backend moves memory. {@link CheckedCommunicator} has checked the arguments and numbered
 * the call; an implementation checks that the other ranks made the same.
 */
interface Collectives {
  void allReduce(Call call, Memory memory);

  void allGather(Call call, Memory slice, Memory whole);

  void reduceScatter(Call call, Memory whole, Memory slice);

  void broadcast(Call call, Memory memory);

  void barrier(Call call);

  Group split(Call call, int color, int key);

  /** Whether and why the family failed. */
  Health health();

  /** Tells all ranks of the family; from any thread. */
  void abort(String reason);

  void close();
}
