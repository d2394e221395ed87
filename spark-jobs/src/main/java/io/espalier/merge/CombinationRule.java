package io.espalier.merge;

import io.espalier.checkpoint.TensorType;
import java.util.Arrays;

/** A weighted sum of the inputs, with the same coefficients for every element of the tensor. */
final class CombinationRule implements TensorRule {
  private final double[] coefficients;
  private final boolean keepsSharedValues;

  private CombinationRule(double[] coefficients, boolean keepsSharedValues) {
    this.coefficients = coefficients;
    this.keepsSharedValues = keepsSharedValues;
  }

  /** Any sum; an input whose coefficient is 0 has no say, whatever its values are. */
  static CombinationRule of(double[] coefficients) {
    return new CombinationRule(coefficients.clone(), false);
  }

  /**
   * An average. In float64 there is no wider type to add up in, so that equal values could come out
   * a bit off: there, values that all inputs share are taken as they are.
   */
  static CombinationRule average(double[] shares, TensorType type) {
    return new CombinationRule(shares.clone(), type == TensorType.FLOAT64);
  }

  @Override
  public void merge(double[][] inputs, long firstElement, int elements, double[] merged) {
    Arrays.fill(merged, 0, elements, -0.0); // The sum of nothing that leaves negative zeros alone.
    for (int input = 0; input < coefficients.length; input++) {
      if (coefficients[input] != 0) {
        addScaled(inputs[input], coefficients[input], elements, merged);
      }
    }
    if (keepsSharedValues) {
      keepSharedValues(inputs, elements, merged);
    }
  }

  private static void addScaled(double[] values, double scale, int elements, double[] sum) {
    for (int i = 0; i < elements; i++) {
      sum[i] += scale * values[i];
    }
  }

  private void keepSharedValues(double[][] inputs, int elements, double[] merged) {
    for (int i = 0; i < elements; i++) {
      long bits = Double.doubleToRawLongBits(inputs[0][i]);
      boolean shared = true;
      for (int input = 1; input < coefficients.length && shared; input++) {
        shared = Double.doubleToRawLongBits(inputs[input][i]) == bits;
      }
      if (shared) {
        merged[i] = inputs[0][i];
      }
    }
  }
}
