package io.espalier.model;

import io.espalier.comm.Reduction;
import io.espalier.model.SegmentTape.Flow;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.List;

/**
 * The last segment: LayerNorm, logits by the token embedding, cross-entropy. Logits exist for a
 * chunk of rows at a time only; in training a chunk is turned into its gradient at once, while it
 * lies in the cache.
 *
 * <p>Each rank of a tensor-parallel group holds the logits of its slice of the vocabulary only.
 * They reduce the largest logit of a row; the sum of exponentials together with the target's logit
 * (Megatron-LM reduces these one by one); the gradient of the hidden rows.
 */
final class TiedHead {
  /** 8 MB of float32: little memory, and enough rows for fast matrix products. */
  private static final int CHUNK_ELEMENTS = 1 << 21;

  private static final int LEAST_CHUNK_ROWS = 128;
  private static final String NORM_WEIGHT = Gpt2.FINAL_NORM + ".weight";
  private static final String NORM_BIAS = Gpt2.FINAL_NORM + ".bias";

  private final ScriptModule script;
  private final ParameterMemory memory;
  private final TensorParallel parallel;

  TiedHead(ScriptModule script, ParameterMemory memory, TensorParallel parallel) {
    this.script = script;
    this.memory = memory;
    this.parallel = parallel;
  }

  /** How many rows of logits exist at a time: the script's attribute {@code chunk_rows}. */
  static int chunkRows(int vocabularySize) {
    return Math.max(LEAST_CHUNK_ROWS, CHUNK_ELEMENTS / vocabularySize);
  }

  /**
   * A chunk's softmax before division: exponentials (rows, V), and (rows, 2) of their sum and more.
   */
  private record Softmax(Tensor exponentials, Tensor sums) implements AutoCloseable {
    @Override
    public void close() {
      exponentials.close();
      sums.close();
    }
  }

  /**
   * Adds the gradients of {@code scale} times the loss to those of embedding and LayerNorm.
   *
   * @param targets one per row, int64
   * @param loss float64 scalar to which −ln p of every unmasked target is added
   * @return the gradient of the stream, this rank's rows
   */
  Tensor forwardAndBackward(TensorScope scope, Flow in, Tensor targets, double scale, Tensor loss) {
    List<Tensor> normed = norm(scope, in);
    List<Tensor> input = input(scope, normed.get(1));
    Tensor dh = input.get(1);
    List<Tensor> hs = chunks(scope, input.get(0));
    List<Tensor> dhs = chunks(scope, dh);
    List<Tensor> ts = chunks(scope, targets);
    Tensor factor = scope.settings(scale);
    for (int i = 0; i < hs.size(); i++) {
      try (Softmax softmax = softmax(scope, hs.get(i), ts.get(i))) {
        backward(scope, softmax, ts.get(i), factor, hs.get(i), loss, dhs.get(i));
      }
    }
    return normBackward(scope, dh, normed);
  }

  /** ln p of each target, one per row; 0 where masked. */
  float[] logProbabilities(TensorScope scope, Flow in, Tensor targets) {
    List<Tensor> hs = chunks(scope, input(scope, norm(scope, in).get(1)).get(0));
    List<Tensor> ts = chunks(scope, targets);
    float[] all = new float[Math.toIntExact(targets.shape().get(0))];
    int done = 0;
    for (int i = 0; i < hs.size(); i++) {
      try (Softmax softmax = softmax(scope, hs.get(i), ts.get(i));
          Tensor logs =
              script.call(scope, "log_probabilities", List.of(softmax.sums, ts.get(i))).get(0)) {
        float[] rows = logs.toFloats();
        System.arraycopy(rows, 0, all, done, rows.length);
        done += rows.length;
      }
    }
    return all;
  }

  /** The logits of the last row alone, of this rank's slice of the vocabulary. */
  float[] lastLogits(TensorScope scope, Flow in) {
    Tensor h = input(scope, norm(scope, in).get(1)).get(0);
    Tensor last = script.call(scope, "last_row", List.of(h)).get(0);
    return script
        .call(scope, "logits", List.of(last, memory.compute(Gpt2.TOKENS)))
        .get(0)
        .toFloats();
  }

  /** {@code [x, h, mean, deviation]} in this rank's rows. */
  private List<Tensor> norm(TensorScope scope, Flow in) {
    return script.call(
        scope, "norm", List.of(in.stream(), in.partial(), weight(NORM_WEIGHT), weight(NORM_BIAS)));
  }

  /** {@code [h, room for its gradient]} of all rows, in the type of matrix products. */
  private List<Tensor> input(TensorScope scope, Tensor h) {
    return script.call(scope, "head_input", List.of(parallel.gather(scope, h)));
  }

  private Tensor normBackward(TensorScope scope, Tensor dh, List<Tensor> normed) {
    Tensor partial = script.call(scope, "head_gradient", List.of(dh)).get(0);
    Tensor own = parallel.sum(Site.HEAD_INPUT_GRADIENT, scope, partial);
    return script
        .call(
            scope,
            "final_norm_backward",
            List.of(
                own,
                normed.get(0),
                normed.get(2),
                normed.get(3),
                weight(NORM_WEIGHT),
                weight(NORM_BIAS),
                gradient(NORM_WEIGHT),
                gradient(NORM_BIAS)))
        .get(0);
  }

  private Softmax softmax(TensorScope scope, Tensor h, Tensor targets) {
    List<Tensor> logits = script.call(scope, "logits", List.of(h, memory.compute(Gpt2.TOKENS)));
    try (Tensor largest = logits.get(1)) {
      parallel.reduce(Site.LARGEST_LOGIT, largest, Reduction.MAX);
      Tensor sums =
          script.call(scope, "exponentials", List.of(logits.get(0), largest, targets)).get(0);
      parallel.reduce(Site.SOFTMAX_SUMS, sums, Reduction.SUM);
      return new Softmax(logits.get(0), sums);
    }
  }

  private void backward(
      TensorScope scope,
      Softmax softmax,
      Tensor targets,
      Tensor factor,
      Tensor h,
      Tensor loss,
      Tensor dh) {
    script.call(
        scope,
        "head_backward",
        List.of(
            softmax.exponentials,
            softmax.sums,
            targets,
            factor,
            h,
            memory.compute(Gpt2.TOKENS),
            loss,
            dh,
            gradient(Gpt2.TOKENS)));
  }

  private List<Tensor> chunks(TensorScope scope, Tensor rows) {
    return script.call(scope, "chunks", List.of(rows));
  }

  private Tensor weight(String name) {
    return memory.get(ParameterState.WEIGHTS, name);
  }

  private Tensor gradient(String name) {
    return memory.get(ParameterState.GRADIENT, name);
  }
}
