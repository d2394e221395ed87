package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;

/**
 * The weighted Karcher mean of the experts' directions on the sphere, tensor by tensor, with the
 * weighted mean of their lengths (Karcher 1977): SLERP for any number of experts.
 *
 * @param maxIter steps towards the mean, at most
 * @param tol a step shorter than this, in radians, is the last
 */
@JsonTypeName("karcher")
public record KarcherMerge(int maxIter, double tol) implements MergeMethod {
  private static final long serialVersionUID = 1L;

  public KarcherMerge {
    Rule.positive("max_iter", maxIter);
    if (!(tol > 0 && tol < 1)) {
      throw new ConfigException(
          "tol is %s but must be between 0 and 1; 1e-5 would work".formatted(tol));
    }
  }

  @Override
  public boolean needsBase() {
    return false;
  }

  @Override
  public boolean needsStatistics() {
    return true;
  }

  @Override
  public TensorRule rule(MergedTensor tensor) {
    double[] shares = tensor.weightsArray();
    return new GramRule(
        new GramMatrix(shares.length, false),
        products -> new KarcherMean(products, shares, maxIter, tol).coefficients());
  }
}
