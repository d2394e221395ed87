package io.espalier.domain;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import org.apache.spark.sql.Column;

/**
 * Any of some parts, by a hash of the document's id: the control, whose experts must lose to those
 * of real domains (Li et al. 2022, section 4).
 *
 * @param parts how many there are
 */
@JsonTypeName("random")
public record RandomDomainSharder(int parts) implements DomainSharder {
  /** So that parts and splits, which a hash decides too, have nothing to do with each other. */
  private static final String PURPOSE = "random_domain";

  public RandomDomainSharder {
    Rule.between("parts", parts, 2, 4096);
  }

  @Override
  public Column domain(DocumentColumns document) {
    Column part = pmod(xxhash64(lit(PURPOSE), document.id()), lit((long) parts));
    return concat(lit("part_"), part.cast("string"));
  }

  @Override
  public String reasonForNone() {
    return "every document has a domain";
  }
}
