package io.espalier.model;

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
 * <p>The calls are cut where ranks that hold slices of the vocabulary reduce: the largest logit of
 * a row; the sum of exponentials together with the target's logit; the gradient of the hidden rows.
 */
final class TiedHead {
  /** 8 MB of float32: little memory, and enough rows for fast matrix products. */
  private static final int CHUNK_ELEMENTS = 1 << 21;

  private static final int LEAST_CHUNK_ROWS = 128;
  private static final String NORM_WEIGHT = Gpt2.FINAL_NORM + ".weight";
  private static final String NORM_BIAS = Gpt2.FINAL_NORM + ".bias";

  private final ScriptModule script;
  private final ParameterMemory memory;

  TiedHead(ScriptModule script, ParameterMemory memory) {
    this.script = script;
    this.memory = memory;
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
   * @return the gradients of what flowed in
   */
  Flow forwardAndBackward(TensorScope scope, Flow in, Tensor targets, double scale, Tensor loss) {
    List<Tensor> normed = norm(scope, in);
    Tensor dh = normed.get(1);
    List<Tensor> hs = chunks(scope, normed.get(0));
    List<Tensor> dhs = chunks(scope, dh);
    List<Tensor> ts = chunks(scope, targets);
    Tensor factor = scope.settings(scale);
    for (int i = 0; i < hs.size(); i++) {
      try (Softmax softmax = softmax(scope, hs.get(i), ts.get(i))) {
        backward(scope, softmax, ts.get(i), factor, hs.get(i), loss, dhs.get(i));
      }
    }
    return normBackward(scope, dh, normed.subList(2, normed.size()));
  }

  /** ln p of each target, one per row; 0 where masked. */
  float[] logProbabilities(TensorScope scope, Flow in, Tensor targets) {
    List<Tensor> hs = chunks(scope, norm(scope, in).get(0));
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

  /** The logits of the last row alone. */
  float[] lastLogits(TensorScope scope, Flow in) {
    Tensor last = script.call(scope, "last_row", List.of(norm(scope, in).get(0))).get(0);
    return script
        .call(scope, "logits", List.of(last, memory.compute(Gpt2.TOKENS)))
        .get(0)
        .toFloats();
  }

  /** {@code [h, room for its gradient, x, mean, rstd]}, h in rows. */
  private List<Tensor> norm(TensorScope scope, Flow in) {
    return script.call(
        scope,
        "final_norm",
        List.of(in.stream(), in.partial(), weight(NORM_WEIGHT), weight(NORM_BIAS)));
  }

  private Flow normBackward(TensorScope scope, Tensor dh, List<Tensor> kept) {
    List<Tensor> results =
        script.call(
            scope,
            "final_norm_backward",
            List.of(
                dh,
                kept.get(0),
                kept.get(1),
                kept.get(2),
                weight(NORM_WEIGHT),
                weight(NORM_BIAS),
                gradient(NORM_WEIGHT),
                gradient(NORM_BIAS)));
    return new Flow(results.get(0), results.get(1));
  }

  private Softmax softmax(TensorScope scope, Tensor h, Tensor targets) {
    List<Tensor> logits = script.call(scope, "logits", List.of(h, memory.compute(Gpt2.TOKENS)));
    try (Tensor largest = logits.get(1)) {
      Tensor sums =
          script.call(scope, "exponentials", List.of(logits.get(0), largest, targets)).get(0);
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
