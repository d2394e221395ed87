package io.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which languages domains are in.
 *
 * @param shares percent of each domain's documents, by language
 * @param finding in one sentence
 */
public record LanguageView(Chart shares, String finding) {
  /** More can't be told apart by colour. */
  private static final int SHOWN = Palette.COLOURS - 1;

  private static final double PERCENT = 100;
  private static final String OTHERS = "others";

  static LanguageView of(List<LanguageFact> facts) {
    List<String> domains = facts.stream().map(LanguageFact::domain).distinct().toList();
    Map<String, Long> languages = sum(facts);
    List<String> largest = languages.keySet().stream().limit(SHOWN).toList();
    List<String> names = new ArrayList<>(largest);
    if (languages.size() > SHOWN) {
      names.add(OTHERS);
    }
    List<Chart.Series> series = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      List<Double> shares =
          domains.stream().map(domain -> share(facts, domain, name, largest)).toList();
      series.add(new Chart.Series(name, "c" + i, false, List.of(), shares));
    }
    Chart chart = new Chart("languages", "bars", "% of documents", "", domains, series);
    return new LanguageView(chart, finding(languages));
  }

  public boolean isEmpty() {
    return shares.labels().isEmpty();
  }

  private static double share(
      List<LanguageFact> facts, String domain, String name, List<String> largest) {
    long all = 0;
    long mine = 0;
    for (LanguageFact fact : facts) {
      if (fact.domain().equals(domain)) {
        String shown = largest.contains(fact.language()) ? fact.language() : OTHERS;
        all += fact.documents();
        mine += shown.equals(name) ? fact.documents() : 0;
      }
    }
    return PERCENT * mine / all;
  }

  /** Documents by language, the most frequent first. */
  private static Map<String, Long> sum(List<LanguageFact> facts) {
    Map<String, Long> documents =
        facts.stream()
            .collect(
                Collectors.groupingBy(
                    LanguageFact::language, Collectors.summingLong(LanguageFact::documents)));
    Map<String, Long> sorted = new LinkedHashMap<>();
    documents.entrySet().stream()
        .sorted(Numbers.LARGEST_FIRST)
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  /** The last percent is what one looks for. */
  private static String share(long part, long all) {
    return part == all
        ? Numbers.share(1)
        : String.format(Locale.ROOT, "%.1f %%", PERCENT * part / all);
  }

  private static String finding(Map<String, Long> languages) {
    long all = languages.values().stream().mapToLong(Long::longValue).sum();
    List<String> parts =
        languages.entrySet().stream()
            .limit(3)
            .map(e -> "%s %s".formatted(e.getKey(), share(e.getValue(), all)))
            .toList();
    return "Of %s that a filter asked, %s."
        .formatted(Phrases.counted(all, "document"), Phrases.enumeration(parts));
  }
}
