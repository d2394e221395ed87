package io.espalier.merge;

import io.espalier.checkpoint.TensorSpec;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How deep in the model a tensor lies, read from its name: {@code transformer.h.11.mlp.c_fc.weight}
 * is of layer 11. The same rule for every architecture that numbers its layers so.
 *
 * @param layers how many there are
 */
record LayerDepths(int layers) {
  private static final Pattern LAYER = Pattern.compile("(?:^|\\.)(\\d{1,6})\\.");

  static LayerDepths of(Collection<TensorSpec> tensors) {
    return new LayerDepths(
        tensors.stream().mapToInt(tensor -> layer(tensor.name()).orElse(-1)).max().orElse(-1) + 1);
  }

  /** 0 in the first layer and outside the layers, 1 in the last; as mergekit, 1 in an only one. */
  double of(String tensor) {
    OptionalInt layer = layer(tensor);
    if (layer.isEmpty()) {
      return 0;
    }
    return layers > 1 ? layer.getAsInt() / (layers - 1.0) : 1;
  }

  private static OptionalInt layer(String tensor) {
    Matcher matcher = LAYER.matcher(tensor);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }
}
