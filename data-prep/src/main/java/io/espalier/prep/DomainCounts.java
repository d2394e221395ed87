package io.espalier.prep;

/**
 * What a split of a domain holds.
 *
 * @param role training or evaluation
 * @param split train, validation or test
 * @param bytes of text, in UTF-8
 */
public record DomainCounts(String domain, String role, String split, long documents, long bytes)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;
}
