package io.espalier.domain;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.Locale;
import org.apache.spark.sql.Column;

/**
 * The form of a domain's name: lower case, no spaces, nothing that a path or a shell reads as its
 * own. {@code ArXiv Abstracts} becomes {@code arxiv_abstracts}; names that become the same are the
 * same domain.
 */
public final class DomainName {
  /** White space, controls, and what paths, URIs, globs and shells give a meaning to. */
  private static final String AWKWARD = "[\\x00-\\x20/\\\\:*?\"'`<>|=%#&{}^\\[\\],;$!~()+@]+";

  /** A name that starts so is hidden, or is no name: {@code .}, {@code ..}, {@code -x}. */
  private static final String AWKWARD_START = "^[._-]+";

  private DomainName() {}

  /** The name's form; empty if nothing is left of it. */
  public static String of(String name) {
    return name.strip()
        .toLowerCase(Locale.ROOT)
        .replaceAll(AWKWARD, "_")
        .replaceAll(AWKWARD_START, "");
  }

  /** As {@link #of}, as an expression; null where nothing is left. */
  static Column column(Column name) {
    Column safe = regexp_replace(lower(trim(name)), AWKWARD, "_");
    return nullif(regexp_replace(safe, AWKWARD_START, ""), lit(""));
  }

  /** Refuses a configured name that is not in this form. */
  static void check(String key, String name) {
    Rule.notBlank(key, name);
    if (!of(name).equals(name)) {
      throw new ConfigException(
          "%s is '%s' but must be in lower case and fit to be a folder's name; '%s' would work"
              .formatted(key, name, of(name).isEmpty() ? "domain" : of(name)));
    }
  }
}
