package io.espalier.train;

import io.espalier.config.FormatException;
import io.espalier.model.TokenBatch;
import java.util.List;

/** Turns numbers of samples into batches: order of samples, local shards, micro-batches. */
final class SampleReader {
  private final SampleOrder order;
  private final List<LocalShard> shards;
  private final GlobalBatch sizes;
  private final MicroBatches batches;

  /**
   * @param shards one per domain of the plan, in its order
   * @throws FormatException if a shard doesn't have the sequences that the plan counts on
   */
  SampleReader(TrainingPlan plan, ModelSpec model, List<LocalShard> shards) {
    if (shards.size() != plan.domains().size()) {
      throw new IllegalArgumentException(
          "%s has %d domains but got %d shards"
              .formatted(plan.checkpoint(), plan.domains().size(), shards.size()));
    }
    for (int i = 0; i < shards.size(); i++) {
      DomainSequences domain = plan.domains().get(i);
      if (shards.get(i).sequences() != domain.sequences()) {
        throw new FormatException(
            "%s has %d sequences but %s was planned with %d of %s"
                .formatted(
                    shards.get(i),
                    shards.get(i).sequences(),
                    plan.checkpoint(),
                    domain.sequences(),
                    domain.domain()));
      }
    }
    this.order = new SampleOrder(plan.seed(), plan.domains());
    this.shards = List.copyOf(shards);
    this.sizes = plan.batch();
    this.batches = new MicroBatches(model, sizes.microSequences());
  }

  /** Targets in the global batch that starts at a sample: what its loss is the mean over. */
  long targets(long firstSample) {
    long targets = 0;
    for (long n = firstSample; n < firstSample + sizes.globalSequences(); n++) {
      targets += shards.get(order.domain(n)).tokenCount(order.sequence(n)) - 1;
    }
    return targets;
  }

  /** The micro-batch that starts at a sample; valid until the next call. */
  TokenBatch microBatch(long firstSample) {
    for (int row = 0; row < sizes.microSequences(); row++) {
      long n = firstSample + row;
      batches.put(row, shards.get(order.domain(n)), order.sequence(n), order.dropoutKey(n));
    }
    return batches.batch();
  }
}
