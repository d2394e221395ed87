package io.espalier.train;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.SafetensorsWriter;
import io.espalier.checkpoint.TensorSpec;
import io.espalier.checkpoint.TensorType;
import io.espalier.config.FormatException;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.ParameterSource;
import io.espalier.model.ParameterSpec;
import io.espalier.model.ParameterState;
import io.espalier.torch.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A model's weights and moments as files of a checkpoint, written as they lie in memory. Each of
 * several ranks reads what it holds.
 */
public final class ModelFiles {
  /** Weights, under the names that Hugging Face transformers knows. */
  public static final String WEIGHTS = "model.safetensors";

  /** Adam's moments, {@code first_moment.<parameter>} and {@code second_moment.<parameter>}. */
  public static final String MOMENTS = "optimizer.safetensors";

  private static final Map<ParameterState, String> PREFIXES =
      Map.of(
          ParameterState.WEIGHTS, "",
          ParameterState.FIRST_MOMENT, "first_moment.",
          ParameterState.SECOND_MOMENT, "second_moment.");

  private static final List<ParameterState> WEIGHTS_STATES = List.of(ParameterState.WEIGHTS);
  private static final List<ParameterState> MOMENTS_STATES =
      List.of(ParameterState.FIRST_MOMENT, ParameterState.SECOND_MOMENT);

  private ModelFiles() {}

  /**
   * Makes a model with a checkpoint's weights, for scoring or generating; the caller closes it.
   *
   * @throws FormatException if the checkpoint is damaged or of another shape
   */
  public static LanguageModel open(ModelSpec spec, ModelOptions options, Checkpoint checkpoint) {
    LanguageModel model = spec.build(options);
    try {
      loadWeights(model, checkpoint);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  static void loadWeights(LanguageModel model, Checkpoint checkpoint) {
    load(model, checkpoint, WEIGHTS, WEIGHTS_STATES);
  }

  static void loadMoments(LanguageModel model, Checkpoint checkpoint) {
    load(model, checkpoint, MOMENTS, MOMENTS_STATES);
  }

  /**
   * Writes weights and moments.
   *
   * @throws NotFiniteException if one of them isn't finite: a checkpoint like that is of no use
   */
  static void save(LanguageModel model, CheckpointWriter writer) {
    save(model, writer, WEIGHTS, WEIGHTS_STATES);
    save(model, writer, MOMENTS, MOMENTS_STATES);
  }

  /** Takes part in {@link #save} of another rank, which asks for parameters in this order. */
  static void contribute(LanguageModel model) {
    for (List<ParameterState> states : List.of(WEIGHTS_STATES, MOMENTS_STATES)) {
      Map<TensorSpec, Stored> all = byTensor(model, states);
      SafetensorsWriter.order(all.keySet()).forEach(tensor -> values(model, all, tensor));
    }
  }

  /**
   * Takes part in {@link #save} of a rank of another tensor-parallel group, with the share of the
   * moments that it alone has.
   */
  static void contributeMoments(LanguageModel model) {
    Map<TensorSpec, Stored> all = byTensor(model, MOMENTS_STATES);
    for (TensorSpec tensor : SafetensorsWriter.order(all.keySet())) {
      Stored stored = Objects.requireNonNull(all.get(tensor));
      model.slice(stored.state(), stored.parameter().name());
    }
  }

  private record Stored(ParameterState state, ParameterSpec parameter, TensorSpec tensor) {}

  private static List<Stored> layout(LanguageModel model, List<ParameterState> states) {
    TensorType type =
        model.precision() == Precision.FLOAT64 ? TensorType.FLOAT64 : TensorType.FLOAT32;
    List<Stored> all = new ArrayList<>();
    for (ParameterState state : states) {
      for (ParameterSpec parameter : model.parameters()) {
        String name = PREFIXES.get(state) + parameter.name();
        all.add(new Stored(state, parameter, new TensorSpec(name, type, parameter.shape())));
      }
    }
    return all;
  }

  private static Map<TensorSpec, Stored> byTensor(
      LanguageModel model, List<ParameterState> states) {
    Map<TensorSpec, Stored> all = new LinkedHashMap<>();
    layout(model, states).forEach(stored -> all.put(stored.tensor(), stored));
    return all;
  }

  private static void save(
      LanguageModel model, CheckpointWriter writer, String file, List<ParameterState> states) {
    Map<TensorSpec, Stored> all = byTensor(model, states);
    writer.tensors(file, all.keySet(), tensor -> finite(tensor, values(model, all, tensor)));
  }

  private static ByteBuffer values(
      LanguageModel model, Map<TensorSpec, Stored> all, TensorSpec tensor) {
    Stored stored = Objects.requireNonNull(all.get(tensor));
    return model.get(stored.state(), stored.parameter().name());
  }

  private static ByteBuffer finite(TensorSpec tensor, ByteBuffer values) {
    boolean finite =
        tensor.type() == TensorType.FLOAT64
            ? FiniteCheck.allDoubles(values)
            : FiniteCheck.allFloats(values);
    if (!finite) {
      throw new NotFiniteException(tensor.name());
    }
    return values;
  }

  private static void load(
      LanguageModel model, Checkpoint checkpoint, String file, List<ParameterState> states) {
    try (SafetensorsReader reader = checkpoint.tensors(file)) {
      for (Stored stored : layout(model, states)) {
        model.load(stored.state(), stored.parameter().name(), source(stored.tensor(), reader));
      }
    }
  }

  /** Fills the weights from a checkpoint that others made, under their names for the parameters. */
  static void loadWeights(
      LanguageModel model, SafetensorsReader reader, UnaryOperator<TensorSpec> stored) {
    for (Stored each : layout(model, WEIGHTS_STATES)) {
      TensorSpec tensor = stored.apply(each.tensor());
      model.load(each.state(), each.parameter().name(), source(tensor, reader));
    }
  }

  private static ParameterSource source(TensorSpec wanted, SafetensorsReader reader) {
    String tensor = wanted.name();
    return requireSame(wanted, reader)
        ? (firstByte, part) -> readWidened(tensor, reader, firstByte, part)
        : (firstByte, part) -> reader.read(tensor, firstByte, part);
  }

  /** Reads float32 as float64, which holds every one of them exactly. */
  private static void readWidened(
      String tensor, SafetensorsReader reader, long firstByte, ByteBuffer doubles) {
    ByteBuffer floats = ByteBuffer.allocate(doubles.remaining() / 2);
    reader.read(tensor, firstByte / 2, floats);
    floats.flip().order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = doubles.slice().order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      to.putDouble(floats.getFloat());
    }
    doubles.position(doubles.limit());
  }

  /** Returns whether the file has as float32 what the model has as float64. */
  private static boolean requireSame(TensorSpec wanted, SafetensorsReader reader) {
    TensorSpec found = reader.spec(wanted.name());
    boolean narrower =
        wanted.type() == TensorType.FLOAT64
            && found.equals(new TensorSpec(wanted.name(), TensorType.FLOAT32, wanted.shape()));
    if (!found.equals(wanted) && !narrower) {
      throw new FormatException(
          "%s has %s as %s %s but the model has it as %s %s"
              .formatted(
                  reader.name(),
                  wanted.name(),
                  found.type().code(),
                  found.shape(),
                  wanted.type().code(),
                  wanted.shape()));
    }
    return narrower;
  }
}
