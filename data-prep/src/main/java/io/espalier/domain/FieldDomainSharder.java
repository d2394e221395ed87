package io.espalier.domain;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.Rule;
import org.apache.spark.sql.Column;

/**
 * The value of a field of the record, such as {@code meta.subset}.
 *
 * @param field dotted path of the field
 */
@JsonTypeName("field")
public record FieldDomainSharder(String field) implements DomainSharder {

  public FieldDomainSharder {
    Rule.notBlank("field", field);
  }

  @Override
  public Column domain(DocumentColumns document) {
    return DomainName.column(document.label());
  }

  @Override
  public String reasonForNone() {
    return "the record has no field " + field + ", or it is empty";
  }
}
