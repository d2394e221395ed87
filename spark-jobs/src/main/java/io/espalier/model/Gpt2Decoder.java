package io.espalier.model;

import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.model.SegmentTape.Flow;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import io.espalier.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Gpt2Model}'s decoder: keys and values as tensors (1, heads, window, head size) of each
 * layer, made once and filled position by position.
 */
final class Gpt2Decoder implements Decoder {
  private final ScriptModule script;
  private final ParameterMemory memory;
  private final TiedHead head;
  private final TensorScope scope;
  private final int vocabularySize;
  private final int threads;
  private final TokenBuffers buffers = new TokenBuffers();
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Tensor> ends;
  private final List<Tensor> norms = new ArrayList<>();
  private final List<Tensor> layers = new ArrayList<>();
  private final int documentStart;
  private final long[] window;
  private int filled;

  /** The first position in the window that the next token sees. */
  private int firstSeen;

  private float[] nextLogits = new float[0];

  /**
   * @param scope of its own, which it closes
   * @param vocabularySize without padding
   * @param windowTokens the longest sequence the model reads
   * @param documentStart the token before which nothing is seen from it on; {@link
   *     Architecture#NO_TOKEN} if there is none
   * @param threads that an operator may use
   */
  Gpt2Decoder(
      ScriptModule script,
      ParameterMemory memory,
      TiedHead head,
      TensorScope scope,
      int layerCount,
      int vocabularySize,
      int windowTokens,
      int documentStart,
      int threads) {
    this.script = script;
    this.memory = memory;
    this.head = head;
    this.scope = scope;
    this.vocabularySize = vocabularySize;
    this.threads = threads;
    this.window = new long[windowTokens];
    this.documentStart = documentStart;
    this.ends =
        List.of(
            weight(Gpt2.TOKENS),
            weight(Gpt2.POSITIONS),
            weight(Gpt2.FINAL_NORM + ".weight"),
            weight(Gpt2.FINAL_NORM + ".bias"),
            memory.compute(Gpt2.TOKENS));
    for (int layer = 0; layer < layerCount; layer++) {
      addLayer(Gpt2.block(layer));
    }
  }

  private void addLayer(String block) {
    for (String norm : List.of(block + ".ln_1", block + ".ln_2")) {
      norms.add(weight(norm + ".weight"));
      norms.add(weight(norm + ".bias"));
    }
    for (String linear : List.of(".attn.c_attn", ".attn.c_proj", ".mlp.c_fc", ".mlp.c_proj")) {
      layers.add(memory.compute(block + linear + ".weight"));
      layers.add(memory.compute(block + linear + ".bias"));
    }
    try (Tensor room = scope.settings(window.length)) {
      List<Tensor> like = List.of(memory.compute(block + ".attn.c_attn.bias"), room);
      keys.addAll(script.call(scope, "cache", like));
      values.addAll(script.call(scope, "cache", like));
    }
  }

  private Tensor weight(String name) {
    return memory.get(WEIGHTS, name);
  }

  @Override
  public Reading read(long[] ids, boolean scored) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("There is nothing to read");
    }
    for (long id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new IllegalArgumentException(
            "Token %d, but this model's vocabulary has %d".formatted(id, vocabularySize));
      }
    }
    TorchRuntime.prepareThread(threads);
    float[] logProbabilities = new float[scored ? ids.length - 1 : 0];
    int done = 0;
    while (done < ids.length) {
      if (scored && done > 0) {
        logProbabilities[done - 1] = logProbability(nextLogits, ids[done]);
      }
      boolean begins = ids[done] == documentStart;
      int again = filled < window.length ? 0 : startNewWindow(begins);
      int room = window.length - filled - again;
      int count = Math.min(room, untilNextDocument(ids, done));
      if (begins) {
        firstSeen = filled;
      }
      System.arraycopy(ids, done, window, filled + again, count);
      float[] scores = readPositions(again + count, scored);
      if (scored) {
        System.arraycopy(scores, again, logProbabilities, done, count - 1);
      }
      done += count;
    }
    return new Reading(nextLogits, logProbabilities);
  }

  /** Tokens up to where the next document begins: all that are read at once see from one on. */
  private int untilNextDocument(long[] ids, int from) {
    int end = from + 1;
    while (end < ids.length && ids[end] != documentStart) {
      end++;
    }
    return end - from;
  }

  /**
   * Returns how many tokens at the beginning of the new window are to be read again.
   *
   * @param begins whether the next token sees nothing before it
   */
  private int startNewWindow(boolean begins) {
    int kept = begins ? 0 : Math.min(window.length / 2, window.length - firstSeen);
    System.arraycopy(window, window.length - kept, window, 0, kept);
    filled = 0;
    firstSeen = 0;
    return kept;
  }

  /** Returns ln p of each position's token but the first, if asked for. */
  private float[] readPositions(int count, boolean scored) {
    long[] ids = Arrays.copyOfRange(window, filled, filled + count);
    try (TensorScope reading = scope.child()) {
      List<List<Tensor>> arguments =
          List.of(
              List.of(buffers.inputs(reading, new TokenBatch(1, count, ids, shifted(ids)))),
              List.of(reading.settings(filled, firstSeen)),
              keys,
              values,
              ends,
              norms,
              layers);
      float[] scores = new float[0];
      if (count == 1) {
        nextLogits = script.callWithLists(reading, "decode_next", arguments).get(0).toFloats();
      } else {
        List<Tensor> last = script.callWithLists(reading, "decode", arguments);
        Flow top = new Flow(last.get(0), last.get(1));
        scores = scored ? scores(reading, top, ids) : scores;
        nextLogits = Arrays.copyOf(head.lastLogits(reading, top), vocabularySize);
      }
      filled += count;
      return scores;
    }
  }

  private float[] scores(TensorScope reading, Flow top, long[] ids) {
    TokenBatch batch = new TokenBatch(1, ids.length, ids, shifted(ids));
    return head.logProbabilities(reading, top, buffers.targets(reading, batch));
  }

  private static long[] shifted(long[] ids) {
    long[] targets = Arrays.copyOfRange(ids, 1, ids.length + 1);
    targets[ids.length - 1] = TokenBatch.MASKED;
    return targets;
  }

  private static float logProbability(float[] logits, long id) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return (float) (logits[(int) id] - largest - Math.log(sum));
  }

  @Override
  public void close() {
    scope.close();
  }
}
