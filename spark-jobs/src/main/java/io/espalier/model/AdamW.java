package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.List;

/**
 * Clips and updates a model's parameters: two calls on flat buffers, one with weight decay, one
 * without.
 */
final class AdamW {
  /** PyTorch's guard against a zero norm. */
  private static final double NORM_EPSILON = 1e-6;

  private final ScriptModule operators;
  private final ParameterMemory memory;

  AdamW(ScriptModule operators, ParameterMemory memory) {
    this.operators = operators;
    this.memory = memory;
  }

  /** See {@link LanguageModel#update}. */
  double update(TensorScope scope, AdamWStep step) {
    List<Tensor> gradients = memory.all(GRADIENT).parts();
    double norm = operators.callWithLists(scope, "norm", List.of(gradients)).get(0).item();
    if (Double.isFinite(norm)) {
      clip(scope, step.clipNorm(), norm);
      int decayed = memory.decayedCount();
      apply(scope, step, 0, decayed, step.weightDecay());
      apply(scope, step, decayed, memory.specs().size(), 0);
    }
    memory.zero(GRADIENT);
    return norm;
  }

  private void clip(TensorScope scope, double clipNorm, double norm) {
    double coefficient = clipNorm / (norm + NORM_EPSILON);
    if (clipNorm > 0 && coefficient < 1) {
      List<Tensor> whole = List.of(memory.all(GRADIENT).whole());
      operators.callWithLists(scope, "scale", List.of(whole, List.of(scope.settings(coefficient))));
    }
  }

  private void apply(TensorScope scope, AdamWStep step, int first, int last, double weightDecay) {
    Tensor settings =
        scope.settings(
            step.learningRate(), step.beta1(), step.beta2(), weightDecay, step.epsilon());
    // The operator wants the number of the step, 1-based, beside the parameters.
    Tensor number = scope.number((float) step.stepNumber());
    // Views belong to the model's scope, so each would stay in memory as long as the model.
    try (Tensor weights = memory.all(WEIGHTS).range(first, last);
        Tensor gradients = memory.all(GRADIENT).range(first, last);
        Tensor firstMoments = memory.all(FIRST_MOMENT).range(first, last);
        Tensor secondMoments = memory.all(SECOND_MOMENT).range(first, last)) {
      operators.callWithLists(
          scope,
          "adamw",
          List.of(
              List.of(weights),
              List.of(gradients),
              List.of(firstMoments),
              List.of(secondMoments),
              List.of(number),
              List.of(settings)));
    }
  }
}
