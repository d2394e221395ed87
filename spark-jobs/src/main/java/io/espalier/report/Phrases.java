package io.espalier.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** How findings are put into words. */
public final class Phrases {
  private Phrases() {}

  /** With a capital letter and a full stop. */
  static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
  }

  /** {@code a, b and c}. */
  static String enumeration(List<String> words) {
    if (words.size() < 2) {
      return String.join("", words);
    }
    return String.join(", ", words.subList(0, words.size() - 1))
        + " and "
        + words.get(words.size() - 1);
  }

  /** {@code press (poetry, recipes) and legal (contracts)}, the largest group first. */
  static String groups(Map<String, List<String>> members) {
    return enumeration(
        members.entrySet().stream()
            .sorted(Comparator.comparingInt(group -> -group.getValue().size()))
            .map(group -> "%s (%s)".formatted(group.getKey(), String.join(", ", group.getValue())))
            .toList());
  }

  /** {@code 1 domain}, {@code 8 domains}. */
  public static String counted(long count, String noun) {
    return Numbers.count(count) + " " + noun + (count == 1 ? "" : "s");
  }

  /** The version of a table as a caption says it. */
  static String source(Map<String, Long> tableVersions, String table) {
    Long version = tableVersions.get(table);
    return version == null ? "table " + table : "table %s, version %d".formatted(table, version);
  }
}
