package io.espalier.domain;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.apache.spark.sql.Column;

/** Where the record says that it comes from: its field {@code source}, or its file's name. */
@JsonTypeName("source")
public record SourceDomainSharder() implements DomainSharder {

  @Override
  public Column domain(DocumentColumns document) {
    return DomainName.column(document.source());
  }

  @Override
  public String reasonForNone() {
    return "nothing is left of the record's source as a domain's name";
  }
}
