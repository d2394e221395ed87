package io.espalier.model;

import static io.espalier.model.ParameterState.GRADIENT;

import io.espalier.comm.Reduction;
import io.espalier.torch.FlatTensor;
import io.espalier.torch.Precision;
import io.espalier.torch.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Completes an update's gradients over all ranks: what tensor-parallel ranks hold in parts, then
 * the sum over data-parallel ranks. Does nothing on one rank. Owns a thread until closed; not
 * thread-safe.
 */
final class GradientExchange implements AutoCloseable {
  private final Ranks ranks;
  private final TensorParallel parallel;
  private final ParameterMemory memory;
  private final Precision precision;
  private final GradientBuckets buckets;
  private @Nullable DataParallel data;
  private boolean complete;
  private @Nullable Tensor normGradients;

  GradientExchange(
      Ranks ranks,
      TensorParallel parallel,
      ParameterMemory memory,
      Precision precision,
      GradientBuckets buckets) {
    this.ranks = ranks;
    this.parallel = parallel;
    this.memory = memory;
    this.precision = precision;
    this.buckets = buckets;
  }

  /** Something is about to be added to the gradients. */
  void reopen() {
    complete = false;
  }

  /** Backward has passed a block, and nothing will be added to its matrices' gradients any more. */
  void passed(int layer) {
    if (ranks.data().size() > 1) {
      data().start(buckets.completeAtLayer().get(layer));
    }
  }

  /** Returns when all gradients are complete; a second call changes nothing. */
  void finish() {
    if (complete) {
      return;
    }
    complete = true;
    if (parallel.sequenceRanks() > 1) {
      parallel.reduce(Site.NORM_GRADIENTS, normGradients(), Reduction.SUM);
    }
    if (ranks.data().size() > 1) {
      data().finish();
    }
  }

  /** Made at first use, because gradients take no memory before. */
  private DataParallel data() {
    if (data == null) {
      FlatTensor gradients = memory.all(GRADIENT);
      data =
          new DataParallel(
              ranks.data(),
              memory.divided().map(d -> d.sums(gradients)).orElseGet(() -> sums(gradients)));
    }
    return data;
  }

  /** Where every rank updates everything, everyone gets the whole sum. */
  private List<Runnable> sums(FlatTensor gradients) {
    return buckets.buckets().stream()
        .map(b -> TensorMemory.of(gradients.range(b.first(), b.last()), precision))
        .<Runnable>map(bucket -> () -> ranks.data().allReduce(bucket, Reduction.SUM))
        .toList();
  }

  private Tensor normGradients() {
    if (normGradients == null) {
      int first = memory.decayedCount();
      int norms = (int) memory.specs().stream().filter(Gpt2::isNorm).count();
      normGradients = memory.all(GRADIENT).range(first, first + norms);
    }
    return normGradients;
  }

  @Override
  public void close() {
    if (data != null) {
      data.close();
    }
  }
}
