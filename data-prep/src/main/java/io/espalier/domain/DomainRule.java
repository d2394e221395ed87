package io.espalier.domain;

import io.espalier.config.ConfigException;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.sql.Column;

/**
 * Documents in which every given regular expression is found belong to the domain.
 *
 * @param matches part of the document ({@code path} or {@code text}) → Java regular expression
 */
public record DomainRule(String domain, Map<String, String> matches) implements Serializable {

  public DomainRule {
    DomainName.check("domain", domain);
    if (matches.isEmpty()) {
      throw new ConfigException(
          "matches is empty but needs path, text or both, such as {path: '\\.py$'}");
    }
    matches.forEach(DomainRule::check);
    matches = new TreeMap<>(matches);
  }

  Column condition(DocumentColumns document) {
    return matches.entrySet().stream()
        .map(e -> part(document, e.getKey()).rlike(e.getValue()))
        .reduce(Column::and)
        .orElseThrow();
  }

  private static Column part(DocumentColumns document, String part) {
    return part.equals("path") ? document.path() : document.text();
  }

  private static void check(String part, String expression) {
    if (!part.equals("path") && !part.equals("text")) {
      throw new ConfigException(
          "matches.%s is no part of a document; path and text are".formatted(part));
    }
    try {
      Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new ConfigException(
          "matches.%s is %s but that is no regular expression: %s"
              .formatted(part, expression, e.getDescription()),
          e);
    }
  }
}
