package io.espalier.model;

import static io.espalier.model.ParameterState.FIRST_MOMENT;
import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.SECOND_MOMENT;
import static io.espalier.model.ParameterState.WEIGHTS;

import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.util.List;
import java.util.stream.Stream;

/**
 * Clips and updates a model's parameters: two calls on flat buffers, one with weight decay, one
 * without. Not thread-safe.
 */
final class AdamW {
  /** PyTorch's guard against a zero norm. */
  private static final double NORM_EPSILON = 1e-6;

  private final ScriptModule operators;
  private final ParameterMemory memory;
  private final TensorParallel parallel;
  private List<Group> groups = List.of();

  AdamW(ScriptModule operators, ParameterMemory memory, TensorParallel parallel) {
    this.operators = operators;
    this.memory = memory;
    this.parallel = parallel;
  }

  /** Parameters that lie side by side and are updated alike: views that live with the model. */
  private record Group(
      boolean decayed,
      Tensor weights,
      Tensor gradients,
      Tensor firstMoments,
      Tensor secondMoments) {}

  /** See {@link LanguageModel#update}. */
  double update(TensorScope scope, AdamWStep step) {
    double norm = norm(scope);
    if (Double.isFinite(norm)) {
      clip(scope, step.clipNorm(), norm);
      groups().forEach(group -> update(scope, step, group));
    }
    memory.zero(GRADIENT);
    return norm;
  }

  /** Of the whole gradient: a parameter that all ranks hold counts once. */
  private double norm(TensorScope scope) {
    List<Tensor> counted = memory.countedGradients();
    double own = operators.callWithLists(scope, "norm", List.of(counted)).get(0).item();
    return Math.sqrt(parallel.sum(Site.GRADIENT_NORM, own * own));
  }

  private void clip(TensorScope scope, double clipNorm, double norm) {
    double coefficient = clipNorm / (norm + NORM_EPSILON);
    if (clipNorm > 0 && coefficient < 1) {
      List<Tensor> whole = List.of(memory.all(GRADIENT).whole());
      operators.callWithLists(scope, "scale", List.of(whole, List.of(scope.settings(coefficient))));
    }
  }

  private void update(TensorScope scope, AdamWStep step, Group group) {
    double weightDecay = group.decayed ? step.weightDecay() : 0;
    Tensor settings =
        scope.settings(
            step.learningRate(), step.beta1(), step.beta2(), weightDecay, step.epsilon());
    // The operator wants the number of the step, 1-based, beside the parameters.
    Tensor number = scope.number((float) step.stepNumber());
    List<List<Tensor>> arguments =
        Stream.of(
                group.weights,
                group.gradients,
                group.firstMoments,
                group.secondMoments,
                number,
                settings)
            .map(List::of)
            .toList();
    operators.callWithLists(scope, "adamw", arguments);
  }

  /** Made at the first update, because moments take no memory before. */
  private List<Group> groups() {
    if (groups.isEmpty()) {
      int decayed = memory.decayedCount();
      groups = List.of(group(true, 0, decayed), group(false, decayed, memory.specs().size()));
    }
    return groups;
  }

  private Group group(boolean decayed, int first, int last) {
    return new Group(
        decayed,
        memory.all(WEIGHTS).range(first, last),
        memory.all(GRADIENT).range(first, last),
        memory.all(FIRST_MOMENT).range(first, last),
        memory.all(SECOND_MOMENT).range(first, last));
  }
}
