package io.espalier.report;

import io.espalier.report.DataFacts.LengthFact;
import io.espalier.report.DataFacts.SplitFact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How large domains are, and how long their documents.
 *
 * @param sizes megabytes of text by domain and split
 * @param lengths shortest twentieth, median and longest twentieth by domain
 * @param rows the same as figures
 */
public record DomainSizes(Chart sizes, Chart lengths, List<Row> rows) {

  /** One domain. */
  public record Row(
      String domain,
      String role,
      long documents,
      long bytes,
      long sequences,
      long tokens,
      long paddingTokens,
      LengthFact length) {

    public String bytesText() {
      return Numbers.bytes(bytes);
    }

    /** How many tokens a byte of text takes: the tokenizer fits a domain with few better. */
    public String tokensPerByteText() {
      return bytes == 0 || tokens == 0
          ? "–"
          : String.format(Locale.ROOT, "%.3f", (double) tokens / bytes);
    }

    public String paddingText() {
      long places = tokens + paddingTokens;
      return places == 0 ? "–" : Numbers.share((double) paddingTokens / places);
    }

    public String medianText() {
      return Numbers.bytes(length.medianBytes());
    }

    public String longestText() {
      return Numbers.bytes(length.longestBytes());
    }
  }

  static DomainSizes of(List<SplitFact> splits, List<LengthFact> lengths) {
    List<String> domains = splits.stream().map(SplitFact::domain).distinct().toList();
    return new DomainSizes(
        sizes(domains, splits),
        lengths(lengths),
        domains.stream().map(domain -> row(domain, splits, lengths)).toList());
  }

  /** Says how unlike domains are in size, and whose text costs the most tokens. */
  String finding() {
    if (rows.isEmpty()) {
      return "There is no domain.";
    }
    Row largest = rows.stream().max(Comparator.comparingLong(Row::bytes)).orElseThrow();
    Row smallest = rows.stream().min(Comparator.comparingLong(Row::bytes)).orElseThrow();
    long bytes = rows.stream().mapToLong(Row::bytes).sum();
    return "%s of text in %s; the largest, %s, has %s, the smallest, %s, %s%s."
        .formatted(
            Numbers.bytes(bytes),
            Phrases.counted(rows.size(), "domain"),
            largest.domain(),
            largest.bytesText(),
            smallest.domain(),
            smallest.bytesText(),
            tokens());
  }

  private String tokens() {
    List<Row> counted = rows.stream().filter(row -> row.tokens() > 0 && row.bytes() > 0).toList();
    if (counted.isEmpty()) {
      return "";
    }
    Comparator<Row> byTokens =
        Comparator.comparingDouble(row -> (double) row.tokens() / row.bytes());
    Row most = counted.stream().max(byTokens).orElseThrow();
    Row fewest = counted.stream().min(byTokens).orElseThrow();
    return "; a byte takes from %s tokens (%s) to %s (%s)"
        .formatted(
            fewest.tokensPerByteText(), fewest.domain(), most.tokensPerByteText(), most.domain());
  }

  private static Row row(String domain, List<SplitFact> splits, List<LengthFact> lengths) {
    List<SplitFact> mine = splits.stream().filter(s -> s.domain().equals(domain)).toList();
    return new Row(
        domain,
        mine.get(0).role(),
        mine.stream().mapToLong(SplitFact::documents).sum(),
        mine.stream().mapToLong(SplitFact::bytes).sum(),
        mine.stream().mapToLong(SplitFact::sequences).sum(),
        mine.stream().mapToLong(SplitFact::tokens).sum(),
        mine.stream().mapToLong(SplitFact::paddingTokens).sum(),
        lengths.stream()
            .filter(length -> length.domain().equals(domain))
            .findFirst()
            .orElse(new LengthFact(domain, 0, 0, 0, 0)));
  }

  private static Chart sizes(List<String> domains, List<SplitFact> splits) {
    List<Chart.Series> series = new ArrayList<>();
    List<String> names = splits.stream().map(SplitFact::split).distinct().toList();
    for (int i = 0; i < names.size(); i++) {
      String split = names.get(i);
      List<Double> megabytes =
          domains.stream()
              .map(
                  domain ->
                      splits.stream()
                              .filter(s -> s.domain().equals(domain) && s.split().equals(split))
                              .mapToLong(SplitFact::bytes)
                              .sum()
                          / 1e6)
              .toList();
      series.add(new Chart.Series(split, "c" + i % Palette.COLOURS, false, List.of(), megabytes));
    }
    return new Chart("domain-sizes", "bars", "MB of text", "", domains, series);
  }

  private static Chart lengths(List<LengthFact> lengths) {
    return new Chart(
        "document-lengths",
        "log-dots",
        "bytes of a document, logarithmic",
        "",
        lengths.stream().map(LengthFact::domain).toList(),
        List.of(
            series("shortest 5 % below", "c7", lengths, LengthFact::p5Bytes),
            series("median", Palette.INK, lengths, LengthFact::medianBytes),
            series("longest 5 % above", "c1", lengths, LengthFact::p95Bytes)));
  }

  private static Chart.Series series(
      String label,
      String colour,
      List<LengthFact> lengths,
      java.util.function.ToLongFunction<LengthFact> value) {
    return new Chart.Series(
        label,
        colour,
        false,
        List.of(),
        lengths.stream().map(length -> (double) value.applyAsLong(length)).toList());
  }
}
