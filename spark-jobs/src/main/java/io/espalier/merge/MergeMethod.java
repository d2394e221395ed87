package io.espalier.merge;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.Map;

/**
 * How the experts' values of a parameter become one. A member's fields are its settings, under the
 * names that mergekit has for them. The order of the experts never shows; experts without weight
 * have no say and aren't even read.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface MergeMethod extends Serializable
    permits LinearMerge,
        TaskArithmeticMerge,
        TiesMerge,
        DareLinearMerge,
        DareTiesMerge,
        BreadcrumbsMerge,
        SlerpMerge,
        KarcherMerge,
        ModelStockMerge {

  /** Whether it works on what experts have learnt since the checkpoint they branched from. */
  boolean needsBase();

  /** Whether it must know something of a whole tensor before the first element can be merged. */
  boolean needsStatistics();

  /** Its settings that may differ from layer to layer, by name. */
  default Map<String, LayerValue> layerValues() {
    return Map.of();
  }

  /**
   * Refuses numbers of experts that it can't merge.
   *
   * @param experts how many have a weight above 0
   * @throws io.espalier.config.ConfigException in one sentence
   */
  default void checkExperts(int experts) {}

  /** How it merges a tensor. */
  TensorRule rule(MergedTensor tensor);
}
