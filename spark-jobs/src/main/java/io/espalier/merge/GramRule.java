package io.espalier.merge;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A weighted sum of the inputs whose coefficients follow from the angles and lengths of the experts
 * in this tensor: one pass gathers their dot products, and nothing else of the tensor matters.
 */
final class GramRule implements TensorRule {
  private final GramMatrix products;
  private final Function<GramMatrix, double[]> coefficients;
  private boolean asked;
  private @Nullable CombinationRule sum;

  /**
   * @param products still empty
   * @param coefficients of the experts, then of the base where there is one
   */
  GramRule(GramMatrix products, Function<GramMatrix, double[]> coefficients) {
    this.products = products;
    this.coefficients = coefficients;
  }

  @Override
  public Optional<Statistics> next() {
    if (!asked) {
      asked = true;
      return Optional.of(products);
    }
    sum = CombinationRule.of(coefficients.apply(products));
    return Optional.empty();
  }

  @Override
  public void merge(double[][] inputs, long firstElement, int elements, double[] merged) {
    requireNonNull(sum).merge(inputs, firstElement, elements, merged);
  }
}
