package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;

/**
 * Spherical linear interpolation of two experts, tensor by tensor (Shoemake 1985): along the arc
 * between them rather than the chord, so that the length doesn't shrink on the way. The place on
 * the arc is the second one's share, so the weights are all there is to set.
 */
@JsonTypeName("slerp")
public record SlerpMerge() implements MergeMethod {
  private static final long serialVersionUID = 1L;

  /**
   * Vectors whose cosine is beyond are so close to one line that the arc's formula would divide by
   * 0.
   */
  private static final double LARGEST_COSINE = 0.9995;

  private static final double SMALLEST_NORM = 1e-8;

  @Override
  public boolean needsBase() {
    return false;
  }

  @Override
  public boolean needsStatistics() {
    return true;
  }

  @Override
  public void checkExperts(int experts) {
    if (experts != 2) {
      throw new ConfigException(
          "method slerp merges 2 experts but %d have a weight above 0; karcher merges any number"
              .formatted(experts));
    }
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    double[] shares = tensor.weightsArray();
    return new GramRule(new GramMatrix(2, false), products -> coefficients(products, shares));
  }

  private static double[] coefficients(GramMatrix products, double[] shares) {
    double cosine = products.product(0, 1) / (length(products.norm(0)) * length(products.norm(1)));
    cosine = Math.max(-1, Math.min(1, cosine));
    if (Math.abs(cosine) > LARGEST_COSINE) {
      return shares.clone();
    }
    double angle = Math.acos(cosine);
    double sine = Math.sin(angle);
    return new double[] {Math.sin(shares[0] * angle) / sine, Math.sin(shares[1] * angle) / sine};
  }

  private static double length(double norm) {
    return norm > SMALLEST_NORM ? norm : 1;
  }
}
