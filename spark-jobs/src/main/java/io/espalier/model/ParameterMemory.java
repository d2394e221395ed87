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
import java.util.stream.IntStream;

/**
 * A rank's slices of a model's weights, gradients and moments, in flat buffers of one layout:
 * parameters with weight decay first. Gradients and moments take memory from their first use on, so
 * that a model that only scores holds its weights alone. The native memory belongs to the scope
 * given. Not thread-safe.
 */
final class ParameterMemory {
  private final TensorScope scope;
  private final Precision precision;
  private final ScriptModule operators;
  private final Ranks ranks;
  private final List<ParameterSpec> specs;
  private final List<ParameterSlice> slices;
  private final List<List<Long>> shapes;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<ParameterState, FlatTensor> states = new EnumMap<>(ParameterState.class);
  private final FlatTensor computeWeights;

  ParameterMemory(
      TensorScope scope,
      Precision precision,
      ScriptModule operators,
      List<ParameterSpec> specs,
      Ranks ranks) {
    this.scope = scope;
    this.precision = precision;
    this.operators = operators;
    this.ranks = ranks;
    this.specs = List.copyOf(specs);
    this.slices = specs.stream().map(spec -> slice(spec, ranks.tensor().rank())).toList();
    this.shapes = slices.stream().map(ParameterSlice::shape).toList();
    for (ParameterSpec spec : specs) {
      index.put(spec.name(), index.size());
    }
    this.computeWeights = castWeights();
  }

  private ParameterSlice slice(ParameterSpec spec, int rank) {
    return spec.split().slice(spec.shape(), rank, ranks.tensor().size());
  }

  /** This rank's part of a parameter. */
  ParameterSlice slice(String name) {
    return slices.get(indexOf(name));
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

  /** Zeros like a parameter, in the type of matrix products; they belong to the model's scope. */
  Tensor zerosLike(String name) {
    return operators.call(scope, "zeros_like", List.of(compute(name))).get(0);
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

  /**
   * The whole parameter. Where ranks share it they all call this: read-only bytes of a copy, or of
   * the memory itself where this rank holds all of it.
   */
  ByteBuffer bytes(ParameterState state, String name) {
    int i = indexOf(name);
    ByteBuffer own = all(state).bytes(i);
    boolean shared = ranks.tensor().size() > 1 && specs.get(i).split() != Split.WHOLE;
    ByteBuffer whole = shared ? gathered(i, own) : own;
    return whole.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** This rank's part. */
  ByteBuffer slice(ParameterState state, String name) {
    ByteBuffer own = all(state).bytes(indexOf(name));
    return own.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer gathered(int i, ByteBuffer own) {
    int size = ranks.tensor().size();
    int width = precision.bytesPerElement();
    ByteBuffer whole = Collectives.direct(Math.toIntExact(specs.get(i).elements() * width));
    ByteBuffer parts = Collectives.gather(ranks.tensor(), own, TensorMemory.type(precision));
    for (int rank = 0; rank < size; rank++) {
      ByteBuffer part = parts.slice(rank * own.remaining(), own.remaining());
      slice(specs.get(i), rank).paste(part, whole, width);
    }
    return whole;
  }

  /** Overwrites a parameter with its whole values, of which this rank keeps its slice. */
  void set(ParameterState state, String name, ByteBuffer values) {
    int i = indexOf(name);
    ParameterSpec spec = specs.get(i);
    long expected = spec.elements() * precision.bytesPerElement();
    if (values.remaining() != expected) {
      throw new IllegalArgumentException(
          "%s has shape %s and %d bytes, but %d were given"
              .formatted(name, spec.shape(), expected, values.remaining()));
    }
    if (ranks.tensor().size() == 1) {
      all(state).set(i, 0, values);
    } else {
      long bytes = all(state).elements(i) * precision.bytesPerElement();
      ByteBuffer own = Collectives.direct(Math.toIntExact(bytes));
      slices.get(i).cut(values, own, precision.bytesPerElement());
      all(state).set(i, 0, own);
    }
  }

  /** Overwrites weights with those of a new model: the same numbers whoever holds which slice. */
  void initialize(long seed) {
    Initialization initialization = new Initialization(seed, precision);
    FlatTensor weights = all(ParameterState.WEIGHTS);
    for (int i = 0; i < specs.size(); i++) {
      int part = i;
      initialization.write(
          specs.get(i), slices.get(i), (first, bytes) -> weights.set(part, first, bytes));
    }
  }

  /**
   * The gradients that this rank counts for the group's norm: its own slices, or all on one rank.
   */
  List<Tensor> countedGradients() {
    List<Tensor> all = all(ParameterState.GRADIENT).parts();
    return ranks.tensor().rank() == 0
        ? all
        : IntStream.range(0, specs.size())
            .filter(i -> specs.get(i).split() != Split.WHOLE)
            .mapToObj(all::get)
            .toList();
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
