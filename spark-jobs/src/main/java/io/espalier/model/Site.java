package io.espalier.model;

/**
 * The places of a step where tensor-parallel ranks exchange numbers: Megatron-LM's operators. A
 * proof takes each of them away in turn and sees that the model is then wrong.
 */
enum Site {
  /** Forward sum of the embedding's slices (g). */
  EMBEDDING_OUTPUT,
  /** Forward sum of attention's output (g). */
  ATTENTION_OUTPUT,
  /** Forward sum of the MLP's output (g). */
  MLP_OUTPUT,
  /** Largest logit of a row over the vocabulary's slices. */
  LARGEST_LOGIT,
  /** Sums of exponentials and the target's logit over the vocabulary's slices. */
  SOFTMAX_SUMS,
  /** Backward sum of the gradient that enters attention (f). */
  ATTENTION_INPUT_GRADIENT,
  /** Backward sum of the gradient that enters the MLP (f). */
  MLP_INPUT_GRADIENT,
  /** Backward sum of the gradient that enters the head (f). */
  HEAD_INPUT_GRADIENT,
  /** Sum of the LayerNorms' gradients over the slices of the sequence. */
  NORM_GRADIENTS,
  /** Sum of the squares of the gradient's slices. */
  GRADIENT_NORM
}
