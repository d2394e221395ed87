/**
 * Language models as data: which parameters they have, and how one step forward, backward and of
 * the optimizer is computed from them.
 *
 * <p>May import {@code torch} and {@code config}; knows no Spark, Hadoop, file or checkpoint. A new
 * architecture is one record in {@link io.espalier.model.Architecture}'s {@code permits} with its
 * text of maths in the resources.
 *
 * <p><b>Where models are cut.</b> A segment is what one rank computes between two collectives of
 * Megatron-LM (Shoeybi et al. 2019). Forward, a block segment takes the residual stream and the
 * previous segment's partial result, adds the two, and returns the sum with a new partial result;
 * an all-reduce belongs on that partial result. Backward it takes the two gradients, adds them, and
 * returns the sum with a new partial gradient; an all-reduce belongs there too. Embedding and head
 * fit the same frame: the token embedding is a partial result (positions are the stream), and the
 * head's softmax is cut where the maximum, and the sum of exponentials with the target's logit, are
 * reduced over vocabulary slices. With one rank the reductions are identities, so serial is
 * parallel with one rank. What a rank must know for it: row-parallel biases are added by rank 0
 * alone (the others pass zeros), their gradients come out identical everywhere; gradients of
 * LayerNorms are partial and are summed.
 *
 * <p><b>Why gradients are written out.</b> Each segment's vector-Jacobian product is a function
 * beside it in the text. Weight gradients are then accumulated by the matrix product itself,
 * straight into the flat gradient buffer: no gather, no second copy of the gradients, nothing left
 * to autograd but attention, whose kernel differs per device. Tests hold them against PyTorch's
 * autograd in float64.
 *
 * <p><b>Why parameters aren't {@code nn.Parameter}s.</b> Weights, gradients and moments are views
 * of flat buffers in the layout of Hugging Face's GPT-2 files, so a checkpoint is the buffer and an
 * optimizer step is one call.
 */
@NullMarked
package io.espalier.model;

import org.jspecify.annotations.NullMarked;
