package io.espalier.model;

import io.espalier.comm.Communicator;
import io.espalier.comm.Memory;
import io.espalier.comm.Reduction;
import io.espalier.torch.Precision;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.Set;

/**
 * What the tensor-parallel ranks of one model exchange between segments (Shoeybi et al. 2019; with
 * sequence parallelism Korthikanti et al. 2022). With one rank everything is the identity, so that
 * serial is parallel with one rank. All ranks make the same calls in the same order. Not
 * thread-safe.
 */
final class TensorParallel {
  private final Communicator communicator;
  private final boolean sequenceParallel;
  private final Precision precision;
  private final Set<Site> broken;

  /**
   * The collectives of a model.
   *
   * @param precision whose storage type flows between segments
   * @param broken sites at which nothing is exchanged: empty, but in proofs that it matters
   */
  TensorParallel(Ranks ranks, Precision precision, Set<Site> broken) {
    this.communicator = ranks.tensor();
    this.sequenceParallel = ranks.sequenceParallel() && communicator.size() > 1;
    this.precision = precision;
    this.broken = Set.copyOf(broken);
  }

  int rank() {
    return communicator.rank();
  }

  int ranks() {
    return communicator.size();
  }

  /** Over how many ranks the rows of the stream are divided. */
  int sequenceRanks() {
    return sequenceParallel ? ranks() : 1;
  }

  /**
   * Sums partial results of all rows: g forward, f backward. Takes over {@code partial}.
   *
   * @param partial (rows, hidden)
   * @return all rows, or this rank's where the stream is divided
   */
  Tensor sum(Site site, TensorScope scope, Tensor partial) {
    if (!sequenceParallel) {
      reduce(site, partial, Reduction.SUM);
      return partial;
    }
    try (partial) {
      long rows = partial.shape().get(0) / ranks();
      long hidden = partial.shape().get(1);
      Tensor own = scope.zeros(precision, rows, hidden);
      if (broken.contains(site)) {
        int bytes = own.bytes().remaining();
        own.bytes().put(partial.bytes().slice(rank() * bytes, bytes));
      } else {
        communicator.reduceScatter(memory(partial), memory(own));
      }
      return own;
    }
  }

  /**
   * All rows of what is divided: f forward, g backward. Where nothing is divided, the tensor
   * itself.
   *
   * @param own this rank's rows; stays the caller's
   */
  Tensor gather(TensorScope scope, Tensor own) {
    if (!sequenceParallel) {
      return own;
    }
    Tensor all = scope.zeros(precision, own.shape().get(0) * ranks(), own.shape().get(1));
    communicator.allGather(memory(own), memory(all));
    return all;
  }

  /** Reduces a tensor in place over all ranks. */
  void reduce(Site site, Tensor tensor, Reduction reduction) {
    if (ranks() > 1 && !broken.contains(site)) {
      communicator.allReduce(memory(tensor), reduction);
    }
  }

  /** The sum of a number over all ranks. */
  double sum(Site site, double value) {
    return broken.contains(site) ? value : Collectives.sum(communicator, value);
  }

  private Memory memory(Tensor tensor) {
    return TensorMemory.of(tensor, precision);
  }
}
