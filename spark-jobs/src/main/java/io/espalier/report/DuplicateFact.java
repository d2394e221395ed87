package io.espalier.report;

import java.util.List;
import java.util.SortedMap;

/**
 * Groups of records that were one document, exactly or nearly.
 *
 * @param groups number of records in a group → how many groups have it
 * @param largest groups, the largest first
 */
public record DuplicateFact(SortedMap<Long, Long> groups, List<Group> largest) {

  public DuplicateFact {
    largest = List.copyOf(largest);
  }

  /**
   * One group.
   *
   * @param id of the document that stayed
   * @param domain of it; empty if it was rejected later
   * @param exact records with the same text
   * @param near records with nearly the same text
   * @param copy id of one of them
   * @param text its beginning
   */
  public record Group(String id, String domain, long exact, long near, String copy, String text) {}
}
