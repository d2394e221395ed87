package io.espalier.model;

import io.espalier.comm.Communicator;
import io.espalier.comm.InProcessBackend;

/**
 * The ranks that compute one model together, as one of them sees them. World = tensor × data.
 *
 * @param tensor the ranks that hold slices of the same parameters and compute the same batch
 * @param data the ranks that hold the same slices and compute other batches
 * @param sequenceParallel whether tensor ranks also divide the rows of the residual stream
 *     (Korthikanti et al. 2022): LayerNorms and what they keep for backward are then divided too
 * @param dividedOptimizer whether data ranks divide moments and updates (ZeRO stage 1)
 */
public record Ranks(
    Communicator tensor, Communicator data, boolean sequenceParallel, boolean dividedOptimizer) {
  /** One rank alone: every collective is the identity. */
  public static Ranks serial() {
    return new Ranks(alone(), alone(), false, false);
  }

  private static Communicator alone() {
    return InProcessBackend.communicators(1, 1).get(0);
  }

  /** Ranks that divide the optimizer's moments and updates; 1 where each has all of them. */
  public int optimizerRanks() {
    return dividedOptimizer ? data.size() : 1;
  }

  /** Ranks in all. */
  public int worldSize() {
    return tensor.size() * data.size();
  }

  /** The sum of a number over all ranks, the same bits on each. */
  public double sum(double value) {
    return Collectives.sum(data, Collectives.sum(tensor, value));
  }

  /** The sum of a number over data-parallel ranks alone. */
  public double sumOverData(double value) {
    return Collectives.sum(data, value);
  }

  /** Every rank's numbers of a group, one rank's behind the other's; all give equally many. */
  public static long[] gather(Communicator group, long[] own) {
    return Collectives.gather(group, own);
  }

  /** Bytes that this rank has sent to others so far, see {@link Communicator#bytesSent}. */
  public long bytesSent() {
    return tensor.bytesSent() + data.bytesSent();
  }

  /** Returns when all ranks have called it. */
  public void barrier() {
    tensor.barrier();
    data.barrier();
  }

  /** Makes every rank fail with a reason. */
  public void abort(String reason) {
    tensor.abort(reason);
    data.abort(reason);
  }

  /** Whether this rank speaks for all: writes checkpoints, reports. */
  public boolean isLeader() {
    return tensor.rank() == 0 && data.rank() == 0;
  }
}
