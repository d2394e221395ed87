package io.espalier.prep;

/**
 * What a source gave to a split of a domain.
 *
 * @param source its key, such as {@code data.training[0]}
 * @param bytes of text, in UTF-8
 */
public record SourceCounts(
    String source, String domain, String role, String split, long documents, long bytes) {

  DomainCounts alone() {
    return new DomainCounts(domain, role, split, documents, bytes);
  }
}
