package io.espalier.job;

import io.espalier.prep.SourceCounts;
import io.espalier.report.LicenceFact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Divides the text of each domain by what is stated of it: of single documents first, then of their
 * source.
 *
 * @param sources what is stated of each source, by its key
 * @param counts what each source gave to each split of each domain
 * @param documented documents of which something is stated, by domain and licence
 * @param tokens of each domain
 */
record LicenceRows(
    Map<String, Stated> sources,
    List<SourceCounts> counts,
    List<Documented> documented,
    Map<String, Long> tokens) {

  /**
   * What is stated of a source; empty where nothing is.
   *
   * @param ofDocuments whether files say it of single documents
   */
  record Stated(String licence, String url, boolean ofDocuments) {
    static final Stated NOTHING = new Stated("", "", false);
  }

  /** Documents of a domain of which this licence is stated, from so many different places. */
  record Documented(
      String domain, String licence, String url, long origins, long documents, long bytes) {}

  /** Text of a domain under one licence, and where it comes from. */
  private record Key(String domain, String licence, String url, long origins) {}

  /** What has been found under it. */
  private record Sum(TreeSet<String> sources, long documents, long bytes) {
    Sum with(Sum other) {
      TreeSet<String> both = new TreeSet<>(sources);
      both.addAll(other.sources());
      return new Sum(both, documents + other.documents(), bytes + other.bytes());
    }
  }

  /** By domain, the largest part first. */
  List<LicenceFact> facts() {
    Map<Key, Sum> sums = new LinkedHashMap<>();
    counts.stream().map(SourceCounts::domain).distinct().forEach(domain -> add(domain, sums));
    Map<String, Long> bytes = new LinkedHashMap<>();
    counts.forEach(count -> bytes.merge(count.domain(), count.bytes(), Long::sum));
    return sums.entrySet().stream()
        .map(e -> fact(e.getKey(), e.getValue(), bytes))
        .sorted(
            Comparator.comparing(LicenceFact::domain)
                .thenComparing(LicenceFact::bytes, Comparator.reverseOrder())
                .thenComparing(LicenceFact::licence))
        .toList();
  }

  private void add(String domain, Map<Key, Sum> sums) {
    Map<String, Sum> gave = new LinkedHashMap<>();
    for (SourceCounts count : counts) {
      if (count.domain().equals(domain)) {
        TreeSet<String> source = new TreeSet<>(List.of(count.source()));
        gave.merge(count.source(), new Sum(source, count.documents(), count.bytes()), Sum::with);
      }
    }
    Sum left = new Sum(new TreeSet<>(), 0, 0);
    List<Stated> ofThem = new ArrayList<>();
    for (Map.Entry<String, Sum> each : gave.entrySet()) {
      Stated stated = sources.getOrDefault(each.getKey(), Stated.NOTHING);
      if (stated.ofDocuments()) {
        left = left.with(each.getValue());
        ofThem.add(stated);
      } else {
        sums.merge(key(domain, stated), each.getValue(), Sum::with);
      }
    }
    for (Documented found : documented) {
      if (found.domain().equals(domain) && left.documents() > 0) {
        Key key = new Key(domain, found.licence(), found.url(), found.origins());
        sums.merge(key, new Sum(left.sources(), found.documents(), found.bytes()), Sum::with);
        left =
            new Sum(
                left.sources(), left.documents() - found.documents(), left.bytes() - found.bytes());
      }
    }
    if (left.documents() > 0) {
      boolean same = ofThem.stream().distinct().count() == 1;
      sums.merge(key(domain, same ? ofThem.get(0) : Stated.NOTHING), left, Sum::with);
    }
  }

  private static Key key(String domain, Stated stated) {
    return new Key(domain, stated.licence(), stated.url(), stated.url().isEmpty() ? 0 : 1);
  }

  private LicenceFact fact(Key key, Sum sum, Map<String, Long> bytes) {
    long all = bytes.getOrDefault(key.domain(), 0L);
    double share = all == 0 ? 0 : (double) sum.bytes() / all;
    return new LicenceFact(
        key.domain(),
        key.licence(),
        key.url(),
        key.origins(),
        List.copyOf(sum.sources()),
        sum.documents(),
        sum.bytes(),
        Math.round(share * tokens.getOrDefault(key.domain(), 0L)));
  }
}
