package io.espalier.model;

import io.espalier.torch.FlatLayout;
import java.util.List;

/**
 * {@link RankCost} of {@link Gpt2}: the accounting of Korthikanti et al. 2022 (sections 4.1 and
 * 4.2), for the tensors that {@link SegmentTape} and {@link TiedHead} really keep and the
 * collectives that {@link TensorParallel} and {@link GradientExchange} really call. Nothing of it
 * depends on the rank.
 *
 * <p>N rows (sequences × positions) of a micro-batch, n = N or, under sequence parallelism, N/t; d
 * hidden size, t tensor-parallel ranks, L layers; s bytes of a stored number, c of one in matrix
 * products.
 */
final class Gpt2Cost {
  private final Gpt2 model;
  private final RankLoad load;
  private final long elements;
  private final int sequenceLengthTokens;
  private final long vocabularyRows;
  private final long normElements;
  private final long rows;
  private final long ownRows;
  private final long chunkRows;
  private final long stored;
  private final long compute;

  private Gpt2Cost(Gpt2 model, int vocabularySize, int sequenceLengthTokens, RankLoad load) {
    List<ParameterSpec> specs = model.parameters(vocabularySize, sequenceLengthTokens);
    this.model = model;
    this.load = load;
    this.sequenceLengthTokens = sequenceLengthTokens;
    this.elements =
        FlatLayout.of(
                load.precision(),
                specs.stream().map(spec -> slice(spec, load.tensorRanks())).toList(),
                GradientBuckets.of(specs, model.layers()).ends(),
                optimizerRanks(load))
            .elements();
    this.vocabularyRows =
        specs.stream()
            .filter(spec -> spec.name().equals(Gpt2.TOKENS))
            .mapToLong(spec -> slice(spec, load.tensorRanks()).get(0))
            .sum();
    this.normElements =
        specs.stream().filter(Gpt2::isNorm).mapToLong(ParameterSpec::elements).sum();
    this.rows = Math.multiplyExact((long) load.microSequences(), sequenceLengthTokens);
    this.ownRows = load.sequenceParallel() ? rows / load.tensorRanks() : rows;
    this.chunkRows = Math.min(rows, TiedHead.chunkRows(vocabularySize));
    this.stored = load.precision().bytesPerElement();
    this.compute = load.precision().computeBytesPerElement();
  }

  static RankCost of(Gpt2 model, int vocabularySize, int sequenceLengthTokens, RankLoad load) {
    Gpt2Cost cost = new Gpt2Cost(model, vocabularySize, sequenceLengthTokens, load);
    long bytes = cost.elements * cost.stored;
    return new RankCost(
        bytes,
        cost.isMixed() ? cost.elements * cost.compute : 0,
        bytes,
        2 * bytes / optimizerRanks(load),
        cost.activations(),
        cost.tensorBytesSent(),
        cost.dataBytesSent(bytes));
  }

  private static List<Long> slice(ParameterSpec spec, int ranks) {
    return spec.split().slice(spec.shape(), 0, ranks).shape();
  }

  private static int optimizerRanks(RankLoad load) {
    return load.shardOptimizer() ? load.dataRanks() : 1;
  }

  private boolean isMixed() {
    return compute != stored;
  }

  /** What the tape holds, and the larger of what the head and the last block add to it. */
  private long activations() {
    long beside = embedding() + head();
    return tape() + beside + Math.max(logits(), backward());
  }

  /**
   * Of each sublayer the stream nds. Without recomputation also its LayerNorm nds with mean and
   * deviation 2ns; attention's queries, keys, values and result 4Ndc/t and {@link #insideAttention
   * what autograd keeps}; the MLP's 4d/t columns before and after GELU 8Ndc/t.
   */
  private long tape() {
    long streams = 2 * stream();
    if (load.recompute()) {
      return model.layers() * streams;
    }
    return model.layers() * (2 * streams + 2 * statistics() + 3 * attention() + insideAttention());
  }

  /** The embedding's rows nds; ids and targets, eight bytes each. */
  private long embedding() {
    return stream() + 2 * Long.BYTES * rows;
  }

  /**
   * The last stream, what the last block adds to it, and its LayerNorm 3nds; all rows of that Nds
   * where they were divided, and Ndc where products take another type; room for its gradient Ndc.
   */
  private long head() {
    return 3 * stream()
        + statistics()
        + (load.sequenceParallel() ? all(stored) : 0)
        + (isMixed() ? all(compute) : 0)
        + all(compute);
  }

  /** A chunk of rows over this rank's slice of the vocabulary. */
  private long logits() {
    return chunkRows * (vocabularyRows + 2) * stored;
  }

  /**
   * The gradient of the stream nds, the same without what was dropped, the head's in the stored
   * type, and that of the last block's input Nds; under sequence parallelism all rows of gradient
   * and input 2Nds; what is computed again.
   */
  private long backward() {
    long ofHead = load.sequenceParallel() ? stream() : isMixed() ? all(stored) : 0;
    long gathered = load.sequenceParallel() ? 2 * all(stored) : 0;
    long again = load.recompute() ? stream() + statistics() + 2 * attention() : 0;
    long kept = model.residualDropout() > 0 ? stream() : 0;
    return stream() + kept + ofHead + all(stored) + gathered + again;
  }

  private long stream() {
    return ownRows * model.hiddenSize() * stored;
  }

  private long all(long bytesPerElement) {
    return rows * model.hiddenSize() * bytesPerElement;
  }

  private long statistics() {
    return 2 * ownRows * stored;
  }

  private long attention() {
    return 4 * all(compute) / load.tensorRanks();
  }

  /**
   * What autograd keeps of attention's inside: a float32 number for each row and head; with
   * dropout, which writes probabilities out, those before and after it and which were dropped (a
   * byte), for each pair of positions; within documents also which pairs see each other.
   */
  private long insideAttention() {
    long rowsOfHeads = rows * model.heads() / load.tensorRanks();
    long seen = model.attentionWithinDocuments() ? rows * sequenceLengthTokens * compute : 0;
    return model.attentionDropout() > 0
        ? rowsOfHeads * sequenceLengthTokens * (stored + compute + 1)
        : rowsOfHeads * Float.BYTES + seen;
  }

  /**
   * Per micro-batch, 4L + 2 all-reduces of Nds: embedding, two sublayers forward and backward, the
   * head's input. Under sequence parallelism each is a reduce-scatter, and rows are gathered once
   * forward and twice backward (once more with recomputation) in each sublayer, and at both ends.
   * The head reduces three numbers a row. Per update, the norm, and LayerNorms where each rank has
   * a part.
   */
  private long tensorBytesSent() {
    int ranks = load.tensorRanks();
    long sublayers = 2L * model.layers();
    long rowsMoved =
        load.sequenceParallel()
            ? 4 + sublayers * (load.recompute() ? 6 : 5)
            : 2 * (2 + 2 * sublayers);
    long perBatch = ring(rowsMoved * all(stored), ranks) + ring(2 * 3 * rows * stored, ranks);
    long norms = load.sequenceParallel() ? ring(2 * normElements * stored, ranks) : 0;
    return load.microBatches() * perBatch + norms + ring(2 * Double.BYTES, ranks);
  }

  /**
   * All gradients, and the loss; or, where ranks divide the optimizer, gradients one way and
   * weights the other, and the norm too.
   */
  private long dataBytesSent(long gradientBytes) {
    int numbers = load.shardOptimizer() ? 2 : 1;
    return ring(2 * gradientBytes, load.dataRanks())
        + numbers * ring(2 * Double.BYTES, load.dataRanks());
  }

  /** See {@link io.espalier.comm.Communicator#bytesSent}. */
  private static long ring(long bytes, int ranks) {
    return bytes / ranks * (ranks - 1);
  }
}
