package io.espalier.model;

import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * Runs block segments forward and remembers what their backward needs: all of it, only each
 * segment's input (the rest is computed again), or nothing. Tensors live in the scope given and are
 * closed as soon as nobody needs them. Not thread-safe.
 */
final class SegmentTape {
  /** How much is remembered. */
  enum Memory {
    /** Nothing: there will be no backward. */
    NOTHING,
    /** Each segment's input. */
    INPUTS,
    /** Inputs and everything that backward reads. */
    ACTIVATIONS
  }

  /**
   * What flows between segments: values forward, gradients backward.
   *
   * @param stream the residual stream (batch, sequence, hidden), the same on every rank
   * @param partial what the last segment adds to it, of the same shape; ranks sum it
   */
  record Flow(Tensor stream, Tensor partial) {}

  private record Step(BlockSegment segment, Tensor x, List<Tensor> kept) {}

  private final ScriptModule script;
  private final TensorScope scope;
  private final Memory memory;
  private final Deque<Step> steps = new ArrayDeque<>();

  SegmentTape(ScriptModule script, TensorScope scope, Memory memory) {
    this.script = script;
    this.scope = scope;
    this.memory = memory;
  }

  /** Runs one segment; takes over what flows in. */
  Flow forward(BlockSegment segment, Flow in) {
    List<Tensor> results =
        script.call(
            scope, segment.function(), joined(List.of(in.stream, in.partial), segment.weights()));
    in.partial.close();
    if (memory == Memory.NOTHING) {
      in.stream.close(); // otherwise the tape may hold it as the x of the segment before
    }
    Tensor x = results.get(0);
    remember(segment, x, results.subList(2, results.size()));
    return new Flow(x, results.get(1));
  }

  private void remember(BlockSegment segment, Tensor x, List<Tensor> kept) {
    if (memory == Memory.ACTIVATIONS) {
      steps.push(new Step(segment, x, kept));
      return;
    }
    close(kept);
    if (memory == Memory.INPUTS) {
      steps.push(new Step(segment, x, List.of()));
    }
  }

  /**
   * Runs all segments backward, last one first; takes over what flows in, adds weight gradients.
   */
  Flow backward(Flow gradients) {
    Flow flow = gradients;
    while (!steps.isEmpty()) {
      flow = backward(steps.pop(), flow);
    }
    return flow;
  }

  private Flow backward(Step step, Flow in) {
    BlockSegment segment = step.segment;
    List<Tensor> kept = memory == Memory.ACTIVATIONS ? step.kept : again(step);
    List<Tensor> results =
        script.call(
            scope,
            segment.function() + "_backward",
            joined(
                List.of(in.stream, in.partial, step.x),
                kept,
                segment.weights(),
                segment.gradients()));
    close(List.of(in.stream, in.partial, step.x));
    close(kept);
    return new Flow(results.get(0), results.get(1));
  }

  private List<Tensor> again(Step step) {
    List<Tensor> results =
        script.call(
            scope,
            step.segment.function() + "_again",
            joined(List.of(step.x), step.segment.weights()));
    results.get(0).close();
    return results.subList(1, results.size());
  }

  @SafeVarargs
  private static List<Tensor> joined(List<Tensor>... parts) {
    List<Tensor> all = new ArrayList<>();
    for (List<Tensor> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static void close(Collection<Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
