package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Clips and updates a model's parameters, or this rank's share of them: two calls on flat buffers,
 * one with weight decay, one without. Not thread-safe.
 */
final class AdamW {
  /** PyTorch's guard against a zero norm. */
  private static final double NORM_EPSILON = 1e-6;

  private final ScriptModule operators;
  private final ParameterMemory memory;
  private final TensorParallel parallel;
  private final Ranks ranks;

  AdamW(ScriptModule operators, ParameterMemory memory, TensorParallel parallel, Ranks ranks) {
    this.operators = operators;
    this.memory = memory;
    this.parallel = parallel;
    this.ranks = ranks;
  }

  /** See {@link LanguageModel#update}. */
  double update(TensorScope scope, AdamWStep step) {
    double norm = norm(scope);
    if (Double.isFinite(norm)) {
      clip(scope, step.clipNorm(), norm);
      update(scope, step, true);
      update(scope, step, false);
      memory.divided().ifPresent(d -> d.shareWeights(memory.all(WEIGHTS)));
    }
    memory.zero(GRADIENT);
    return norm;
  }

  /** Of the whole gradient: a parameter that many ranks hold counts once. */
  private double norm(TensorScope scope) {
    List<Tensor> counted = memory.countedGradients();
    double own =
        counted.isEmpty()
            ? 0
            : operators.callWithLists(scope, "norm", List.of(counted)).get(0).item();
    double squares = parallel.sum(Site.GRADIENT_NORM, own * own);
    return Math.sqrt(memory.divided().isPresent() ? ranks.sumOverData(squares) : squares);
  }

  private void clip(TensorScope scope, double clipNorm, double norm) {
    double coefficient = clipNorm / (norm + NORM_EPSILON);
    if (clipNorm > 0 && coefficient < 1) {
      List<Tensor> gradients = memory.updated(GRADIENT);
      operators.callWithLists(
          scope, "scale", List.of(gradients, List.of(scope.settings(coefficient))));
    }
  }

  private void update(TensorScope scope, AdamWStep step, boolean decayed) {
    Tensor settings =
        scope.settings(
            step.learningRate(),
            step.beta1(),
            step.beta2(),
            decayed ? step.weightDecay() : 0,
            step.epsilon());
    List<List<Tensor>> arguments =
        new ArrayList<>(
            Stream.of(WEIGHTS, GRADIENT, FIRST_MOMENT, SECOND_MOMENT)
                .map(state -> memory.updated(state, decayed))
                .toList());
    // The operator wants the number of the step, 1-based, beside each of them.
    Tensor number = scope.number((float) step.stepNumber());
    arguments.add(Collections.nCopies(arguments.get(0).size(), number));
    arguments.add(List.of(settings));
    operators.callWithLists(scope, "adamw", arguments);
  }
}
