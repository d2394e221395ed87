package io.espalier.report;

import java.util.List;

/**
 * Text of a domain under a licence.
 *
 * @param licence in words; empty if nobody says
 * @param url where it comes from; empty if nobody says
 * @param origins how many different places there are; of several, {@code url} is the first
 * @param sources keys of the sources that gave it
 * @param tokens in proportion to the bytes, where a domain has text under several licences
 */
public record LicenceFact(
    String domain,
    String licence,
    String url,
    long origins,
    List<String> sources,
    long documents,
    long bytes,
    long tokens) {

  public LicenceFact {
    sources = List.copyOf(sources);
  }
}
