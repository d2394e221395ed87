package io.espalier.prep;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Documents that are ready, and what became of the others.
 *
 * @param documentsVersion version of the table {@code documents}
 * @param rejectionsVersion version of the table {@code rejections}
 * @param fingerprint of the files and settings that they were made from
 * @param stages in the order in which they ran
 * @param domains sorted by role (training last), domain and split
 * @param recipe stands for the settings that they were made with, whatever files there were; empty
 *     where an earlier version made them
 * @param sources what each source gave to each split of each domain, in the order of {@code
 *     domains}; empty where an earlier version made them
 * @param changes against the documents that were there before; empty where there were none
 */
public record PreparedDocuments(
    long documentsVersion,
    long rejectionsVersion,
    String fingerprint,
    List<StageCounts> stages,
    List<DomainCounts> domains,
    String recipe,
    List<SourceCounts> sources,
    List<DomainChange> changes) {

  public PreparedDocuments {
    stages = List.copyOf(stages);
    domains = List.copyOf(domains);
    recipe = Objects.requireNonNullElse(recipe, "");
    sources = List.copyOf(Objects.requireNonNullElse(sources, List.of()));
    changes = List.copyOf(Objects.requireNonNullElse(changes, List.of()));
  }

  /** The same with more documents, which don't change what the rest was made from. */
  PreparedDocuments with(List<DomainCounts> added) {
    List<DomainCounts> all = new ArrayList<>(domains);
    all.addAll(added);
    return new PreparedDocuments(
        documentsVersion, rejectionsVersion, fingerprint, stages, all, recipe, sources, changes);
  }

  /** The same, in this version of the table. */
  PreparedDocuments at(long version) {
    return new PreparedDocuments(
        version, rejectionsVersion, fingerprint, stages, domains, recipe, sources, changes);
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
