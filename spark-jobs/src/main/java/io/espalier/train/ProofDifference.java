package io.espalier.train;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.NamedTensor;
import io.espalier.checkpoint.SafetensorsReader;
import io.espalier.checkpoint.StoredTensor;
import io.espalier.checkpoint.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How far the same updates came apart, computed by many ranks and by one. A difference of tensors
 * is relative to the tensor's largest magnitude.
 *
 * @param loss the largest relative difference of an update's loss
 * @param gradientNorm the largest relative difference of a gradient's norm
 * @param parameters the largest difference of a parameter after the last update
 * @param tensor which one that is
 */
public record ProofDifference(double loss, double gradientNorm, double parameters, String tensor) {

  /** What is measured of a tensor. */
  private record Distance(double relative, String tensor) {}

  /**
   * Compares the last checkpoints of both. One tensor at a time is in memory.
   *
   * @throws IllegalStateException if they aren't of the same updates
   */
  public static ProofDifference between(Checkpoint parallel, Checkpoint serial) {
    try (SafetensorsReader ours = parallel.tensors(ModelFiles.WEIGHTS);
        SafetensorsReader theirs = serial.tensors(ModelFiles.WEIGHTS)) {
      return between(TrainingMetrics.of(parallel), ours, TrainingMetrics.of(serial), theirs);
    }
  }

  /** The same of rows of metrics, one for every update, and of weights. */
  public static ProofDifference between(
      List<MetricsRow> rows,
      SafetensorsReader weights,
      List<MetricsRow> serialRows,
      SafetensorsReader serialWeights) {
    if (rows.isEmpty() || rows.size() != serialRows.size()) {
      throw new IllegalStateException(
          "%d updates can't be compared with %d".formatted(rows.size(), serialRows.size()));
    }
    Distance farthest = new Distance(-1, "");
    for (StoredTensor tensor : serialWeights.tensors()) {
      String name = tensor.spec().name();
      double[] values = values(weights, name);
      double relative = distance(name, values, values(serialWeights, name));
      farthest = relative > farthest.relative ? new Distance(relative, name) : farthest;
    }
    return new ProofDifference(
        largest(rows, serialRows, MetricsRow::loss),
        largest(rows, serialRows, MetricsRow::gradientNorm),
        farthest.relative,
        farthest.tensor);
  }

  private static double largest(
      List<MetricsRow> ours, List<MetricsRow> theirs, ToDoubleFunction<MetricsRow> figure) {
    double largest = 0;
    for (int i = 0; i < ours.size(); i++) {
      double expected = figure.applyAsDouble(theirs.get(i));
      double difference = Math.abs(figure.applyAsDouble(ours.get(i)) - expected);
      largest = Math.max(largest, difference / Math.abs(expected));
    }
    return largest;
  }

  /**
   * In theory a key's bias changes nothing (softmax is blind to what all keys have in common), so
   * its gradient is rounding noise, which AdamW turns into steps of the learning rate's size: that
   * third of {@code c_attn.bias} is left out.
   */
  private static double distance(String name, double[] ours, double[] theirs) {
    boolean hasKeys = name.endsWith("c_attn.bias");
    double magnitude = 0;
    double difference = 0;
    for (int i = 0; i < theirs.length; i++) {
      boolean isKey = hasKeys && i >= theirs.length / 3 && i < 2 * theirs.length / 3;
      if (!isKey) {
        magnitude = Math.max(magnitude, Math.abs(theirs[i]));
        difference = Math.max(difference, Math.abs(ours[i] - theirs[i]));
      }
    }
    return difference == 0 ? 0 : difference / magnitude;
  }

  private static double[] values(SafetensorsReader reader, String name) {
    NamedTensor tensor = reader.read(name);
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[data.remaining() / tensor.type().elementBytes()];
    boolean wide = tensor.type() == TensorType.FLOAT64;
    Arrays.setAll(values, i -> wide ? data.getDouble() : data.getFloat());
    return values;
  }
}
