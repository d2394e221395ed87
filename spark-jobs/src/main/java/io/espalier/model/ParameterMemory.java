package io.espalier.model;

import io.espalier.model.OptimizerShare.Piece;
import io.espalier.torch.FlatLayout;
import io.espalier.torch.FlatTensor;
import io.espalier.torch.Precision;
import io.espalier.torch.ScriptModule;
import io.espalier.torch.Tensor;
import io.espalier.torch.TensorScope;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A rank's slices of a model's weights, gradients and moments, in flat buffers of one layout:
 * parameters with weight decay first. Gradients and moments take memory from their first use on, so
 * that a model that only scores holds its weights alone. Where data-parallel ranks divide the
 * optimizer, moments are this rank's share. The native memory belongs to the scope given. Not
 * thread-safe.
 */
final class ParameterMemory {
  private final TensorScope scope;
  private final Precision precision;
  private final ScriptModule operators;
  private final Ranks ranks;
  private final List<ParameterSpec> specs;
  private final List<ParameterSlice> slices;
  private final FlatLayout layout;
  private final Optional<DividedOptimizer> divided;
  private final SliceReader reader;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<ParameterState, FlatTensor> states = new EnumMap<>(ParameterState.class);
  private final Map<ParameterState, List<Tensor>> updated = new EnumMap<>(ParameterState.class);
  private final FlatTensor computeWeights;
  private List<Tensor> countedGradients = List.of();

  ParameterMemory(
      TensorScope scope,
      Precision precision,
      ScriptModule operators,
      List<ParameterSpec> specs,
      GradientBuckets buckets,
      Ranks ranks) {
    this.scope = scope;
    this.precision = precision;
    this.operators = operators;
    this.ranks = ranks;
    this.specs = List.copyOf(specs);
    this.slices = specs.stream().map(spec -> slice(spec, ranks.tensor().rank())).toList();
    this.layout =
        FlatLayout.of(
            precision,
            slices.stream().map(ParameterSlice::shape).toList(),
            buckets.ends(),
            ranks.optimizerRanks());
    this.divided = divided(buckets);
    this.reader = new SliceReader(precision.bytesPerElement());
    for (ParameterSpec spec : specs) {
      index.put(spec.name(), index.size());
    }
    this.computeWeights = castWeights();
  }

  private Optional<DividedOptimizer> divided(GradientBuckets buckets) {
    int size = ranks.optimizerRanks();
    if (size == 1) {
      return Optional.empty();
    }
    OptimizerShare share = OptimizerShare.of(layout, buckets, ranks.data().rank(), size);
    return Optional.of(new DividedOptimizer(ranks.data(), precision, share));
  }

  /** What data-parallel ranks exchange where they divide the optimizer. */
  Optional<DividedOptimizer> divided() {
    return divided;
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
    return FlatTensor.over(scope, precision, cast, layout);
  }

  List<ParameterSpec> specs() {
    return specs;
  }

  /**
   * One kind of numbers for all parameters, zeros at first. Moments that ranks divide have a part
   * per stretch instead of per parameter.
   */
  FlatTensor all(ParameterState state) {
    return states.computeIfAbsent(
        state,
        s ->
            divided
                .filter(d -> isMoment(s))
                .map(d -> d.moments(scope))
                .orElseGet(() -> FlatTensor.zeros(scope, precision, layout)));
  }

  private static boolean isMoment(ParameterState state) {
    return state == ParameterState.FIRST_MOMENT || state == ParameterState.SECOND_MOMENT;
  }

  /** Bytes that one kind of numbers takes on this rank, gaps included. */
  long bytes(ParameterState state) {
    return all(state).whole().elements() * precision.bytesPerElement();
  }

  /**
   * What this rank updates, in stretches that lie together: all parameters with weight decay, then
   * all without; or its shares of them, those without weight decay last. Views that live with the
   * model.
   */
  List<Tensor> updated(ParameterState state) {
    return updated.computeIfAbsent(state, this::stretches);
  }

  /** Those with weight decay, or those without: the last stretch. */
  List<Tensor> updated(ParameterState state, boolean decayed) {
    List<Tensor> all = updated(state);
    int last = all.size() - 1;
    return decayed ? all.subList(0, last) : all.subList(last, all.size());
  }

  private List<Tensor> stretches(ParameterState state) {
    FlatTensor flat = all(state);
    return divided
        .map(d -> isMoment(state) ? flat.parts() : d.own(flat))
        .orElseGet(
            () -> List.of(flat.range(0, decayedCount()), flat.range(decayedCount(), specs.size())));
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
    ByteBuffer own = ownBytes(state, i);
    boolean shared = ranks.tensor().size() > 1 && specs.get(i).split() != Split.WHOLE;
    ByteBuffer whole = shared ? gathered(i, own) : own;
    return whole.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The part of this rank's tensor-parallel rank. */
  ByteBuffer slice(ParameterState state, String name) {
    ByteBuffer own = ownBytes(state, indexOf(name));
    return own.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer ownBytes(ParameterState state, int i) {
    FlatTensor flat = all(state);
    if (divided.isEmpty() || state == ParameterState.WEIGHTS) {
      return flat.bytes(i);
    }
    return isMoment(state)
        ? divided.get().gatherMoments(flat, layout.start(i), layout.elements(i))
        : divided.get().gatherGradient(flat, layout.start(i), layout.elements(i));
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
    load(
        state,
        name,
        (first, part) ->
            part.put(values.slice(values.position() + Math.toIntExact(first), part.remaining())));
  }

  /** Overwrites what this rank holds of a parameter, and reads no more of it. */
  void load(ParameterState state, String name, ParameterSource whole) {
    int i = indexOf(name);
    FlatTensor flat = all(state);
    if (divided.isEmpty() || !isMoment(state)) {
      reader.read(
          slices.get(i), 0, layout.elements(i), whole, (at, bytes) -> flat.set(i, at, bytes));
      return;
    }
    for (Piece piece : divided.get().own(layout.start(i), layout.elements(i))) {
      reader.read(
          slices.get(i),
          piece.inRange(),
          piece.elements(),
          whole,
          (at, bytes) -> flat.set(piece.stretch(), piece.inShare() + at, bytes));
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
   * The gradients that this rank counts for the norm: its own slices, or all on one rank; its share
   * of them where ranks divide the optimizer. Views that live with the model; may be none.
   */
  List<Tensor> countedGradients() {
    if (countedGradients.isEmpty()) {
      FlatTensor flat = all(ParameterState.GRADIENT);
      List<Tensor> counted = new ArrayList<>();
      IntStream.range(0, specs.size())
          .filter(i -> ranks.tensor().rank() == 0 || specs.get(i).split() != Split.WHOLE)
          .forEach(
              i ->
                  counted.addAll(
                      divided
                          .map(d -> d.own(flat, layout.start(i), layout.elements(i)))
                          .orElseGet(() -> List.of(flat.parts().get(i)))));
      countedGradients = List.copyOf(counted);
    }
    return countedGradients;
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
