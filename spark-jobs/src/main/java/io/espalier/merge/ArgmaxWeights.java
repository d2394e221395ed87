package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Map;

/**
 * All for the expert whose posterior on the target domain's validation text is the largest (Li et
 * al. 2022, section 2.3): its own weights again, as a control of what averaging adds. Of equal ones
 * the first by name.
 */
@JsonTypeName("argmax")
public record ArgmaxWeights() implements MergeWeights {
  private static final long serialVersionUID = 1L;

  @Override
  public boolean dependOnTarget() {
    return true;
  }

  @Override
  public double[] of(List<String> domains, Map<String, Double> posterior) {
    double[] shares = new PosteriorWeights().of(domains, posterior);
    int largest = 0;
    for (int i = 1; i < shares.length; i++) {
      boolean first = domains.get(i).compareTo(domains.get(largest)) < 0;
      if (shares[i] > shares[largest] || shares[i] == shares[largest] && first) {
        largest = i;
      }
    }
    double[] all = new double[shares.length];
    all[largest] = 1;
    return all;
  }
}
