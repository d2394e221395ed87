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
 * Runs block segments forward with the collectives between them, and remembers what their backward
 * needs: all of it, only each segment's input (the rest is computed again), or nothing. Tensors
 * live in the scope given and are closed as soon as nobody needs them. Not thread-safe.
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
   * What flows forward between segments, in rows (row, hidden): those of this rank.
   *
   * @param stream the residual stream
   * @param partial what the last segment adds to it, summed over the ranks
   */
  record Flow(Tensor stream, Tensor partial) {}

  /** {@code normed}: the LayerNorm's result in rows of this rank, mean, reciprocal deviation. */
  private record Step(BlockSegment segment, Tensor x, List<Tensor> normed, List<Tensor> kept) {}

  private final ScriptModule script;
  private final TensorScope scope;
  private final TensorParallel parallel;
  private final Tensor ids;
  private final Memory memory;
  private final Deque<Step> steps = new ArrayDeque<>();

  /**
   * An empty tape.
   *
   * @param ids of the batch (batch, sequence), which tell segments its shape
   */
  SegmentTape(
      ScriptModule script, TensorScope scope, TensorParallel parallel, Tensor ids, Memory memory) {
    this.script = script;
    this.scope = scope;
    this.parallel = parallel;
    this.ids = ids;
    this.memory = memory;
  }

  /** Runs one segment; takes over what flows in. */
  Flow forward(BlockSegment segment, Flow in) {
    List<Tensor> normed =
        script.call(scope, "norm", joined(List.of(in.stream, in.partial), segment.norm()));
    in.partial.close();
    if (memory == Memory.NOTHING) {
      in.stream.close(); // otherwise the tape may hold it as the x of the segment before
    }
    Tensor x = normed.get(0);
    List<Tensor> results = body(segment, normed.get(1));
    remember(segment, x, normed.subList(1, normed.size()), results.subList(1, results.size()));
    Tensor partial = parallel.sum(segment.output(), scope, results.get(0));
    if (!segment.outputDraw().isEmpty()) {
      script.call(scope, "drop", joined(List.of(partial, ids), segment.outputDraw()));
    }
    return new Flow(x, partial);
  }

  private List<Tensor> body(BlockSegment segment, Tensor ownRows) {
    Tensor h = parallel.gather(scope, ownRows);
    String dropping = segment.insideDraw().isEmpty() ? "" : "_dropping";
    List<Tensor> results =
        script.call(
            scope,
            segment.function() + dropping,
            joined(List.of(h, ids), segment.insideDraw(), segment.weights()));
    closeCopy(h, ownRows);
    return results;
  }

  private void remember(BlockSegment segment, Tensor x, List<Tensor> normed, List<Tensor> kept) {
    if (memory == Memory.ACTIVATIONS) {
      steps.push(new Step(segment, x, normed, kept));
      return;
    }
    close(normed);
    close(kept);
    if (memory == Memory.INPUTS) {
      steps.push(new Step(segment, x, List.of(), List.of()));
    }
  }

  /**
   * Runs the last segment backward; adds weight gradients.
   *
   * @param d gradient of the stream that came out of the segment, this rank's rows; becomes that of
   *     the stream that went in
   */
  void backward(Tensor d) {
    Step step = memory == Memory.INPUTS ? again(steps.pop()) : steps.pop();
    BlockSegment segment = step.segment;
    try (Tensor dh = parallel.sum(segment.inputGradient(), scope, bodyBackward(step, d))) {
      script.call(
          scope,
          "norm_backward",
          joined(
              List.of(d, dh, step.x),
              step.normed.subList(1, step.normed.size()),
              segment.norm(),
              segment.normGradients()));
    }
    step.x.close();
    close(step.normed);
  }

  private Tensor bodyBackward(Step step, Tensor d) {
    BlockSegment segment = step.segment;
    Tensor ownRows = step.normed.get(0);
    Tensor kept = withoutDropped(segment, d);
    Tensor all = parallel.gather(scope, kept);
    Tensor h = parallel.gather(scope, ownRows);
    Tensor dh =
        script
            .call(
                scope,
                segment.function() + "_backward",
                joined(List.of(all, h, ids), step.kept, segment.weights(), segment.gradients()))
            .get(0);
    closeCopy(all, kept);
    closeCopy(kept, d);
    closeCopy(h, ownRows);
    close(step.kept);
    return dh;
  }

  /** The gradient of what the segment added to the stream; {@code d} itself if all of it stayed. */
  private Tensor withoutDropped(BlockSegment segment, Tensor d) {
    return segment.outputDraw().isEmpty()
        ? d
        : script.call(scope, "dropped", joined(List.of(d, ids), segment.outputDraw())).get(0);
  }

  private Step again(Step step) {
    List<Tensor> normed =
        script.call(scope, "norm_again", joined(List.of(step.x), step.segment.norm()));
    List<Tensor> results = body(step.segment, normed.get(0));
    results.get(0).close();
    return new Step(step.segment, step.x, normed, results.subList(1, results.size()));
  }

  @SafeVarargs
  private static List<Tensor> joined(List<Tensor>... parts) {
    List<Tensor> all = new ArrayList<>();
    for (List<Tensor> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static void closeCopy(Tensor copy, Tensor own) {
    if (copy != own) {
      copy.close();
    }
  }

  private static void close(Collection<Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
