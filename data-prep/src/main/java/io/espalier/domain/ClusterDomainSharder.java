package io.espalier.domain;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import org.apache.spark.sql.Column;

/**
 * The nearest of some clusters that are fitted on all documents of such sources together (c-BTM,
 * Gururangan et al. 2023): domains without labels. Whoever runs the stage fits them first and hands
 * the answer in as {@link DocumentColumns#cluster}.
 *
 * @param clusters how many there are
 */
@JsonTypeName("cluster")
public record ClusterDomainSharder(int clusters) implements DomainSharder {

  public ClusterDomainSharder {
    Rule.between("clusters", clusters, 2, 256);
  }

  @Override
  public Column domain(DocumentColumns document) {
    return document.cluster();
  }

  @Override
  public String reasonForNone() {
    return "every document has a nearest cluster";
  }
}
