/**
 * Language models as data: which parameters they have, and how one step forward, backward and of
 * the optimizer is computed from them.
 *
 * <p>May import {@code torch}, {@code comm} and {@code config}; knows no Spark, Hadoop, file or
 * checkpoint. A new architecture is one record in {@link io.espalier.model.Architecture}'s {@code
 * permits} with its text of maths in the resources.
 *
 * <p><b>Where models are cut.</b> A segment is what one rank computes between two exchanges of
 * Megatron-LM (Shoeybi et al. 2019). Of a sublayer, the LayerNorm is one segment and what follows
 * it another: ranks sum the partial results of the latter (<i>g</i>), and backward the gradient
 * that it returns for its input (<i>f</i>). Embedding and head fit the same frame: the token
 * embedding is a partial result (positions are the stream), and the head's softmax is cut where the
 * maximum, and the sum of exponentials with the target's logit, are reduced over slices of the
 * vocabulary. With one rank the exchanges are identities, so serial is parallel with one rank, and
 * there is no second code path. Under sequence parallelism a sum leaves each rank with its rows of
 * the stream, and what goes into a sublayer is gathered. Rows are those of (sequence, position)
 * together, so that a slice is contiguous and the number of rows alone must be divisible. The bias
 * of a row-parallel layer is added by rank 0 alone. {@link io.espalier.model.Site} lists the
 * exchanges; a test takes each away and sees that the model is wrong then.
 *
 * <p><b>One list of parameters.</b> {@link io.espalier.model.ParameterSpec} says name, shape,
 * initialisation and {@link io.espalier.model.Split}; slicing on load, gathering on save, initial
 * values and what counts for the gradient's norm follow from it. Models hand parameters over whole,
 * whoever holds which slice, so that files know nothing of ranks.
 *
 * <p><b>Why dropout is a pure function.</b> Megatron-LM keeps two generators per rank, one that is
 * the same on all tensor-parallel ranks and one that differs inside split regions; their states are
 * checkpointed, and a training by other ranks drops other elements, so nobody can compare it with
 * one rank's. Here an element is dropped or not by a hash (SplitMix64) of its sequence's key, its
 * place in the model and its index in the whole tensor. Heads differ and replicated rows agree
 * without any rule about it; ranks of any layout, recomputation and a resumed run find the same
 * elements; nothing is saved; and the proof that parallel is serial holds with dropout on. The key
 * is a pure function of seed, domain and the sample's number in it ({@code train}).
 *
 * <p><b>Dividing the optimizer.</b> Data-parallel ranks may hold a share each of AdamW's moments
 * (ZeRO stage 1, Rajbhandari et al. 2020; Megatron-LM's distributed optimizer). Every bucket whose
 * gradient is summed while backward still runs is cut into equal shares: a reduce-scatter leaves
 * each rank with the sum of its own, it updates that, and an all-gather hands the weights round. An
 * all-reduce is these two, so it costs no more bytes; sums are in rank order as before, so bits
 * change only by the norm, whose squares are added share by share. Files are whole: each share of a
 * moment is broadcast by its owner when a checkpoint is written, so any layout reads what any other
 * wrote. Weights stay whole on every rank even with bfloat16, because forward reads the float32
 * ones (embedding, LayerNorms): 8 of a parameter's 16 bytes (float32) are divided.
 *
 * <p><b>Why gradients are written out.</b> Each segment's vector-Jacobian product is a function
 * beside it in the text. Weight gradients are then accumulated by the matrix product itself,
 * straight into the flat gradient buffer: no gather, no second copy of the gradients, nothing left
 * to autograd but attention, whose kernel differs per device. Tests hold them against PyTorch's
 * autograd in float64.
 *
 * <p><b>Why decoding is one function.</b> A single row takes less time in a layer of a small model
 * than a call of a segment does, and there are no exchanges: {@link io.espalier.model.Decoder} is
 * for one rank. So all layers are one call, with the segments' formulas written again; a test holds
 * them against the segments, in every precision.
 *
 * <p><b>Why parameters aren't {@code nn.Parameter}s.</b> Weights, gradients and moments are views
 * of flat buffers in the layout of Hugging Face's GPT-2 files, so a checkpoint is the buffer and an
 * optimizer step is one call.
 */
@NullMarked
package io.espalier.model;

import org.jspecify.annotations.NullMarked;
