package io.espalier.merge;

import io.espalier.config.ConfigException;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One merge: its results appear under {@code merged/<name>}, and under {@code
 * merged/<name>/<domain>} where there is one per target.
 *
 * @param name lower-case letters, digits, {@code _} and {@code -}
 * @param method how values become one
 * @param weights each expert's share
 * @param targets one checkpoint for all domains or one for each
 */
public record MergeSettings(
    String name, MergeMethod method, MergeWeights weights, MergeTargets targets)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+");

  public MergeSettings {
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          "name is '%s' but may only have lower-case letters, digits, _ and -; %s would work"
              .formatted(name, "uniform"));
    }
    if (weights.dependOnTarget() && targets == MergeTargets.ALL) {
      throw new ConfigException(
          "targets is all but posterior weights are those of one target domain; each would work");
    }
    if (!weights.dependOnTarget() && targets == MergeTargets.EACH) {
      throw new ConfigException(
          "targets is each but these weights are the same for every domain; all would work");
    }
  }

  /**
   * Refuses what can be known before there are experts.
   *
   * @param tensors names of a model's tensors
   * @throws ConfigException naming this merge
   */
  public void check(List<String> tensors) {
    method
        .layerValues()
        .forEach((key, value) -> value.checkFits("merge %s: %s".formatted(name, key), tensors));
  }
}
