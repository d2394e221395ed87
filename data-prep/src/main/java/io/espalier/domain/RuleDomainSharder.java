package io.espalier.domain;

import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import java.util.List;
import java.util.ListIterator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * The first rule that matches.
 *
 * @param rules in the order in which they are tried
 * @param otherwise domain of the documents that no rule matches; empty = they are rejected
 */
@JsonTypeName("rules")
public record RuleDomainSharder(List<DomainRule> rules, String otherwise) implements DomainSharder {

  public RuleDomainSharder {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      throw new ConfigException("rules is empty but needs at least one rule");
    }
    if (!otherwise.isEmpty()) {
      DomainName.check("otherwise", otherwise);
    }
  }

  @Override
  public Column domain(DocumentColumns document) {
    Column domain = lit(otherwise.isEmpty() ? null : otherwise).cast("string");
    ListIterator<DomainRule> lastToFirst = rules.listIterator(rules.size());
    while (lastToFirst.hasPrevious()) {
      DomainRule rule = lastToFirst.previous();
      domain = functions.when(rule.condition(document), lit(rule.domain())).otherwise(domain);
    }
    return domain;
  }

  @Override
  public String reasonForNone() {
    return "no rule matches";
  }
}
