package io.espalier.model;

import io.espalier.torch.Precision;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A model with its gradients and optimizer moments. Where several ranks compute it together, each
 * has an object of its own, all of them make the same calls in the same order, and parameters are
 * handed over whole, whoever holds which slice. Owns native memory until closed; buffers it gave
 * away must not be touched afterwards. One thread at a time; several models compute independently
 * in several threads.
 */
public interface LanguageModel extends AutoCloseable {
  /** Every parameter, in the order of memory. */
  List<ParameterSpec> parameters();

  /** How it computes; float64 models store eight bytes an element, all others four (float32). */
  Precision precision();

  /** Sets all weights to those of a new model, and moments and gradients to zero. */
  void initialize(long seed);

  /**
   * One parameter's weights or moments, little-endian, in the parameter's shape, row-major.
   * Read-only. On the CPU a live window (no copy), on a GPU a copy.
   */
  ByteBuffer get(ParameterState state, String parameter);

  /**
   * What this tensor-parallel rank holds of a parameter, padding included; as {@link #get} where
   * that is all. Of moments and gradients that data-parallel ranks divide, a copy from all of them,
   * which then make this call (or {@link #get}) together.
   */
  ByteBuffer slice(ParameterState state, String parameter);

  /**
   * Overwrites one parameter's weights or moments.
   *
   * @param values little-endian, from position to limit exactly as long as the parameter
   */
  void set(ParameterState state, String parameter, ByteBuffer values);

  /**
   * Overwrites what this rank holds of one parameter's weights or moments.
   *
   * @param whole of the parameter's length; asked in ascending order, for what is held alone
   */
  void load(ParameterState state, String parameter, ParameterSource whole);

  /** {@code get(WEIGHTS, parameter)}. */
  default ByteBuffer weights(String parameter) {
    return get(ParameterState.WEIGHTS, parameter);
  }

  /** {@code get(FIRST_MOMENT, parameter)}. */
  default ByteBuffer firstMoment(String parameter) {
    return get(ParameterState.FIRST_MOMENT, parameter);
  }

  /** {@code get(SECOND_MOMENT, parameter)}. */
  default ByteBuffer secondMoment(String parameter) {
    return get(ParameterState.SECOND_MOMENT, parameter);
  }

  /**
   * Runs forward and backward, and adds {@code scale} times the gradient of the batch's loss to the
   * gradients. The loss is the sum of −ln p over the targets that aren't masked.
   *
   * @return the loss, unscaled
   */
  double addGradients(TokenBatch microBatch, double scale);

  /**
   * As {@link #addGradients}, for the last micro-batch before {@link #update}: data-parallel ranks
   * sum their gradients while backward still runs.
   */
  double addLastGradients(TokenBatch microBatch, double scale);

  /**
   * Sums what ranks hold of the gradient in parts, after the last gradients were added; {@link
   * #update} does so by itself.
   */
  void completeGradients();

  /**
   * Clips the gradient, updates the weights by AdamW, and sets the gradients to zero. If the
   * gradient isn't finite, weights and moments stay as they were.
   *
   * @return the global Euclidean norm of the gradient before clipping; not finite = nothing updated
   */
  double update(AdamWStep step);

  /**
   * The natural-log probability of each target, (sequence, position), row-major; 0 where masked.
   * Keeps no activations.
   */
  float[] logProbabilities(TokenBatch batch);

  /**
   * The logits of the token that follows a context.
   *
   * @return one number per token of the vocabulary
   */
  float[] nextTokenLogits(long[] context);

  /**
   * Starts a text, which the model will read and go on with; the caller closes it. For a model that
   * one rank computes alone.
   */
  Decoder decoder();

  @Override
  void close();
}
