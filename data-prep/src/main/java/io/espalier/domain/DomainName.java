package io.espalier.domain;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.trim;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;

/**
 * The form of a domain's name: lower case, no spaces, nothing that a path or a shell reads as its
 * own. {@code ArXiv Abstracts} becomes {@code arxiv_abstracts}; names that become the same are the
 * same domain.
 */
public final class DomainName {
  /** Longest name in UTF-8 that still makes a folder's name where it is a part of one. */
  public static final int MAXIMUM_BYTES = 128;

  /** White space of every kind and controls, as characters: RAPIDS knows no such escapes. */
  private static final String SPACE =
      "\\x00-\\x20\\x7F-\\xA0\u1680\u2000-\u200B\u2028\u2029\u202F\u205F\u3000\uFEFF";

  private static final String SPACE_AROUND = "^[" + SPACE + "]+|[" + SPACE + "]+$";

  /** Each character of {@link #SPACE}. */
  private static final String SPACES = characters("[" + SPACE + "]");

  /** Space, and what paths, URIs, globs and shells give a meaning to. */
  private static final String AWKWARD = "[" + SPACE + "/\\\\:*?\"'`<>|=%#&{}^\\[\\],;$!~()+@]+";

  /** A name that starts so is hidden, or is no name: {@code .}, {@code ..}, {@code -x}. */
  private static final String AWKWARD_START = "^[._-]+";

  private DomainName() {}

  /** The name's form; empty if nothing is left of it. */
  public static String of(String name) {
    return name.replaceAll(SPACE_AROUND, "")
        .toLowerCase(Locale.ROOT)
        .replaceAll(AWKWARD, "_")
        .replaceAll(AWKWARD_START, "");
  }

  /** As {@link #of}, as an expression; null where nothing is left. */
  static Column column(Column name) {
    Column safe = regexp_replace(lower(trim(name, SPACES)), AWKWARD, "_");
    return nullif(regexp_replace(safe, AWKWARD_START, ""), lit(""));
  }

  private static String characters(String pattern) {
    Predicate<String> matches = Pattern.compile(pattern).asMatchPredicate();
    return IntStream.rangeClosed(0, Character.MAX_VALUE)
        .mapToObj(Character::toString)
        .filter(matches)
        .collect(Collectors.joining());
  }

  /** Refuses a configured name that is not in this form. */
  public static void check(String key, String name) {
    Rule.notBlank(key, name);
    if (!of(name).equals(name)) {
      throw new ConfigException(
          "%s is '%s' but must be in lower case and fit to be a folder's name; '%s' would work"
              .formatted(key, name, of(name).isEmpty() ? "domain" : of(name)));
    }
  }
}
