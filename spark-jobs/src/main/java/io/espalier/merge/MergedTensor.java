package io.espalier.merge;

import io.espalier.checkpoint.TensorSpec;
import java.util.List;

/**
 * One tensor of a merge, without its values.
 *
 * @param spec its name, type and shape
 * @param depth of its layer: 0 in the first and outside the layers, 1 in the last
 * @param experts names of the experts that have a say, in the order in which they are added up
 * @param weights share of each of them: positive, 1 in sum
 */
record MergedTensor(TensorSpec spec, double depth, List<String> experts, List<Double> weights) {
  MergedTensor {
    experts = List.copyOf(experts);
    weights = List.copyOf(weights);
  }

  double[] weightsArray() {
    return weights.stream().mapToDouble(Double::doubleValue).toArray();
  }

  double at(LayerValue value) {
    return value.at(spec.name(), depth);
  }
}
