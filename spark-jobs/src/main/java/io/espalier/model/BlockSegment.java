package io.espalier.model;

import io.espalier.torch.Tensor;
import java.util.List;

/**
 * One sublayer of a transformer block: a LayerNorm and what follows it. The script has two
 * functions for the latter: {@code <function>(h, ids, weights…)} → {@code [partial, kept…]} and
 * {@code <function>_backward(d, h, ids, kept…, weights…, gradients…)} → {@code [dh]}. Where it
 * drops something inside, {@code <function>_dropping(h, ids, insideDraw…, weights…)} stands for the
 * first.
 *
 * @param function name of the forward function
 * @param output where ranks sum what it adds to the stream
 * @param inputGradient where ranks sum the gradient of its input
 * @param norm weight and bias of the LayerNorm
 * @param normGradients where backward adds theirs; empty if there is no training
 * @param weights what forward reads, in the order of its parameters
 * @param gradients where backward adds the gradients, in the same order; empty if there is no
 *     training
 * @param insideDraw what decides the elements that are dropped inside; empty if none are
 * @param outputDraw the same for what it adds to the stream
 */
record BlockSegment(
    String function,
    Site output,
    Site inputGradient,
    List<Tensor> norm,
    List<Tensor> normGradients,
    List<Tensor> weights,
    List<Tensor> gradients,
    List<Tensor> insideDraw,
    List<Tensor> outputDraw) {
  BlockSegment {
    norm = List.copyOf(norm);
    normGradients = List.copyOf(normGradients);
    weights = List.copyOf(weights);
    gradients = List.copyOf(gradients);
    insideDraw = List.copyOf(insideDraw);
    outputDraw = List.copyOf(outputDraw);
  }
}
