package io.espalier.model;

import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What decides which elements GPT-2 loses in training (Srivastava et al. 2014): a key per sequence
 * and place in the model. The script makes the elements out of it, each by where it lies in the
 * whole tensor, so that it doesn't matter which rank holds it, or how often it is asked for. Keys
 * lie in a buffer that is used again: only the latest micro-batch's draws are valid. Not
 * thread-safe.
 */
final class Dropout {
  /** The number of places beside the embedding, per block. */
  private static final int PER_BLOCK = 3;

  private final Gpt2 gpt2;
  private final int places;
  private ByteBuffer keys = ByteBuffer.allocateDirect(0);

  Dropout(Gpt2 gpt2) {
    this.gpt2 = gpt2;
    this.places = 1 + PER_BLOCK * gpt2.layers();
  }

  /**
   * What is dropped from a micro-batch: at each place the last arguments, {@code keys} and {@code
   * rate}, of a function that drops, or none where nothing is dropped.
   */
  record Draws(List<List<Tensor>> places) {
    /** Nothing is dropped anywhere, as in everything but training. */
    static final Draws NONE = new Draws(List.of());

    Draws {
      places = List.copyOf(places);
    }

    List<Tensor> embedding() {
      return at(0);
    }

    List<Tensor> attentionProbabilities(int layer) {
      return at(PER_BLOCK * layer + 1);
    }

    List<Tensor> attentionOutput(int layer) {
      return at(PER_BLOCK * layer + 2);
    }

    List<Tensor> mlpOutput(int layer) {
      return at(PER_BLOCK * layer + 3);
    }

    private List<Tensor> at(int place) {
      return places.isEmpty() ? List.of() : places.get(place);
    }
  }

  /** What is dropped from a micro-batch; the tensors belong to {@code scope}. */
  Draws of(TensorScope scope, TokenBatch batch) {
    if (!gpt2.drops()) {
      return Draws.NONE;
    }
    if (batch.dropoutKeys().length == 0) {
      throw new IllegalArgumentException("A model with dropout needs a key for every sequence");
    }
    int bytes = Math.multiplyExact(places * Long.BYTES, batch.sequences());
    if (keys.capacity() < bytes) {
      keys = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
    List<List<Tensor>> draws = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      draws.add(draw(scope, batch, place));
    }
    return new Draws(draws);
  }

  private List<Tensor> draw(TensorScope scope, TokenBatch batch, int place) {
    double rate = rate(place);
    if (rate == 0) {
      return List.of();
    }
    int sequences = batch.sequences();
    ByteBuffer own =
        keys.slice(place * sequences * Long.BYTES, sequences * Long.BYTES).order(keys.order());
    for (long sequence : batch.dropoutKeys()) {
      own.putLong(NormalStream.mix(sequence + (place + 1) * NormalStream.GOLDEN_GAMMA));
    }
    return List.of(scope.wholeNumbers(own.flip(), sequences), scope.settings(rate));
  }

  private double rate(int place) {
    if (place == 0) {
      return gpt2.embeddingDropout();
    }
    return place % PER_BLOCK == 1 ? gpt2.attentionDropout() : gpt2.residualDropout();
  }
}
