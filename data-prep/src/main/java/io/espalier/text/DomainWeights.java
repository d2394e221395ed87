package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.Map;

/** How a sample of text is divided among domains. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DomainWeights extends Serializable
    permits ProportionalDomainWeights, BalancedDomainWeights, GivenDomainWeights {

  /**
   * Weight of each domain, relative to the others.
   *
   * @param bytes of text that each domain has
   * @throws io.espalier.config.ConfigException if the weights don't fit these domains
   */
  Map<String, Double> weights(Map<String, Long> bytes);
}
