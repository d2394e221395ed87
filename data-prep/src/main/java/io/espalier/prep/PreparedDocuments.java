package io.espalier.prep;

import java.util.ArrayList;
import java.util.List;

/**
 * Documents that are ready, and what became of the others.
 *
 * @param documentsVersion version of the table {@code documents}
 * @param rejectionsVersion version of the table {@code rejections}
 * @param fingerprint of the files and settings that they were made from
 * @param stages in the order in which they ran
 * @param domains sorted by role (training last), domain and split
 */
public record PreparedDocuments(
    long documentsVersion,
    long rejectionsVersion,
    String fingerprint,
    List<StageCounts> stages,
    List<DomainCounts> domains) {

  public PreparedDocuments {
    stages = List.copyOf(stages);
    domains = List.copyOf(domains);
  }

  /** The same with more documents, which don't change what the rest was made from. */
  PreparedDocuments with(List<DomainCounts> added) {
    List<DomainCounts> all = new ArrayList<>(domains);
    all.addAll(added);
    return new PreparedDocuments(documentsVersion, rejectionsVersion, fingerprint, stages, all);
  }

  /** The same, in this version of the table. */
  PreparedDocuments at(long version) {
    return new PreparedDocuments(version, rejectionsVersion, fingerprint, stages, domains);
  }

  /** Names of the domains of a role, sorted. */
  public List<String> domains(Role role) {
    return domains.stream()
        .filter(counts -> counts.role().equals(role.toString()))
        .map(DomainCounts::domain)
        .distinct()
        .sorted()
        .toList();
  }
}
