package io.espalier.job;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.forest.Expert;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.forest.ForestVersion;
import io.espalier.forest.Lineage;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What descends from a domain's experts: found by the hashes in every manifest of the run, wherever
 * it lies, and by those that the forest remembers of what is gone.
 *
 * @param domain whose experts
 * @param catalogue every checkpoint of the run
 * @param checkpoints those that descend, the experts themselves included
 * @param hashes theirs, and those of the experts and descendants that are gone
 */
record Descent(
    String domain, CheckpointCatalogue catalogue, List<Found> checkpoints, Set<String> hashes) {

  /** Looks through all that the run has now. */
  static Descent of(Run run, ForestHistory history, String domain) {
    CheckpointCatalogue catalogue =
        CheckpointCatalogue.of(
            run.spark().sessionState().newHadoopConf(), run.paths().checkpoint(""));
    String quoted = Pattern.quote(domain);
    Pattern own =
        Pattern.compile("(expert|branch)/%s(@[0-9]+)?|slices/%s/[0-9]+".formatted(quoted, quoted));
    Set<String> roots = new TreeSet<>();
    for (Expert expert : history.expertsOf(domain)) {
      roots.add(expert.hash());
      roots.addAll(expert.deleted());
    }
    catalogue.found().stream()
        .filter(found -> own.matcher(found.name()).matches())
        .forEach(found -> roots.add(found.hash()));
    Set<String> reached = new HashSet<>();
    lineage(catalogue.found()).descendants(roots).forEach(node -> reached.add(node.hash()));
    List<Found> checkpoints =
        catalogue.found().stream().filter(found -> reached.contains(found.hash())).toList();
    roots.addAll(reached);
    return new Descent(domain, catalogue, checkpoints, roots);
  }

  private static Lineage lineage(List<Found> all) {
    return new Lineage(
        all.stream().map(f -> new Lineage.Node(f.name(), f.hash(), f.parents())).toList());
  }

  /** Hashes that figures of ensembles stand under in which one of these experts took part. */
  Set<String> ensembles(ForestHistory history) {
    return history.versions().stream()
        .map(ForestVersion::forest)
        .filter(forest -> forest.active().stream().anyMatch(e -> hashes.contains(e.hash())))
        .map(forest -> forest.hash())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Names of the checkpoints that descend, sorted. */
  Set<String> names() {
    return names(checkpoints);
  }

  /** Domains of other experts that take part in a version of the forest and descend. */
  Set<String> otherDomains(Forest forest) {
    return forest.active().stream()
        .filter(expert -> hashes.contains(expert.hash()) && !expert.domain().equals(domain))
        .map(Expert::domain)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Names of checkpoints that don't descend but have seen the domain's text: trained on it
   * themselves, such as a seed, or made from one that was.
   *
   * @param trainedOn whether a training has seen it
   */
  Set<String> seenOtherwise(java.util.function.Predicate<Found> trainedOn) {
    Set<String> seeing =
        catalogue.found().stream().filter(trainedOn).map(Found::hash).collect(Collectors.toSet());
    Set<String> names = new TreeSet<>();
    lineage(catalogue.found()).descendants(seeing).stream()
        .filter(node -> !hashes.contains(node.hash()))
        .forEach(node -> names.add(node.name()));
    return names;
  }

  private static Set<String> names(Collection<Found> found) {
    return found.stream().map(Found::name).collect(Collectors.toCollection(TreeSet::new));
  }
}
