package io.espalier.model;

import io.espalier.torch.FlatTensor;
import io.espalier.torch.Precision;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's weights, gradients and moments in flat buffers of one layout: parameters with weight
 * decay first. Gradients and moments take memory from their first use on, so that a model that only
 * scores holds its weights alone. The native memory belongs to the scope given. Not thread-safe.
 */
final class ParameterMemory {
  private final TensorScope scope;
  private final Precision precision;
  private final ScriptModule operators;
  private final List<ParameterSpec> specs;
  private final List<List<Long>> shapes;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<ParameterState, FlatTensor> states = new EnumMap<>(ParameterState.class);
  private final FlatTensor computeWeights;

  ParameterMemory(
      TensorScope scope, Precision precision, ScriptModule operators, List<ParameterSpec> specs) {
    this.scope = scope;
    this.precision = precision;
    this.operators = operators;
    this.specs = List.copyOf(specs);
    this.shapes = specs.stream().map(ParameterSpec::shape).toList();
    for (ParameterSpec spec : specs) {
      index.put(spec.name(), index.size());
    }
    this.computeWeights = castWeights();
  }

  private FlatTensor castWeights() {
    FlatTensor weights = all(ParameterState.WEIGHTS);
    if (precision != Precision.BFLOAT16) {
      return weights;
    }
    Tensor cast = operators.call(scope, "cast", List.of(weights.whole())).get(0);
    return FlatTensor.over(scope, precision, cast, shapes);
  }

  List<ParameterSpec> specs() {
    return specs;
  }

  /** One kind of numbers for all parameters; zeros at first. */
  FlatTensor all(ParameterState state) {
    return states.computeIfAbsent(state, s -> FlatTensor.zeros(scope, precision, shapes));
  }

  /** One parameter's numbers. */
  Tensor get(ParameterState state, String name) {
    return all(state).parts().get(indexOf(name));
  }

  /**
   * One parameter's weights in the type of matrix products, as of {@link #refreshComputeWeights}.
   */
  Tensor compute(String name) {
    return computeWeights.parts().get(indexOf(name));
  }

  /** Casts the weights anew where matrix products have another type than storage. */
  void refreshComputeWeights() {
    if (precision == Precision.BFLOAT16) {
      Tensor master = all(ParameterState.WEIGHTS).whole();
      operators.call(scope, "copy", List.of(computeWeights.whole(), master));
    }
  }

  /** Sets gradients, and moments if there are any yet, to zero. */
  void zero(ParameterState state) {
    FlatTensor flat = states.get(state);
    if (flat != null) {
      operators.callWithLists(scope, "zero", List.of(List.of(flat.whole())));
    }
  }

  ByteBuffer bytes(ParameterState state, String name) {
    ByteBuffer bytes = all(state).bytes(indexOf(name));
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Overwrites one parameter whole. */
  void set(ParameterState state, String name, ByteBuffer values) {
    int i = indexOf(name);
    long expected = all(state).elements(i) * precision.bytesPerElement();
    if (values.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s has shape %s and %d bytes, but %d were given"
              .formatted(name, shapes.get(i), expected, values.remaining()));
    }
    all(state).set(i, 0, values);
  }

  /** Overwrites weights with those of a new model. */
  void initialize(long seed) {
    Initialization initialization = new Initialization(seed, precision);
    FlatTensor weights = all(ParameterState.WEIGHTS);
    for (int i = 0; i < specs.size(); i++) {
      int part = i;
      initialization.write(specs.get(i), (first, bytes) -> weights.set(part, first, bytes));
    }
  }

  /** Number of parameters with weight decay: they come first. */
  int decayedCount() {
    return (int) specs.stream().filter(ParameterSpec::decayed).count();
  }

  private int indexOf(String name) {
    Integer i = index.get(name);
    if (i == null) {
      throw new IllegalArgumentException("%s is no parameter of this model".formatted(name));
    }
    return i;
  }
}
