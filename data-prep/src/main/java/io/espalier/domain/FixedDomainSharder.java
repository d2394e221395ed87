package io.espalier.domain;

import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.apache.spark.sql.Column;

/** One domain for the whole source. */
@JsonTypeName("fixed")
public record FixedDomainSharder(String name) implements DomainSharder {

  public FixedDomainSharder {
    DomainName.check("name", name);
  }

  @Override
  public Column domain(DocumentColumns document) {
    return lit(name);
  }

  @Override
  public String reasonForNone() {
    return "every document has a domain";
  }
}
