package io.espalier.job;

import io.espalier.domain.ClusterDomainSharder;
import io.espalier.domain.FieldDomainSharder;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.domain.RandomDomainSharder;
import io.espalier.domain.RuleDomainSharder;
import io.espalier.domain.SourceDomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.merge.MergeSettings;
import io.espalier.merge.MergeTargets;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.Role;
import io.espalier.prep.SourcePlan;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How many sequences a run's checkpoints will be asked about, at most: what the settings and the
 * sources' folders say before any text is read.
 *
 * @param trained checkpoints of seed, dense and experts
 * @param trainedSequences of all of them together
 * @param averages checkpoints that merging makes
 * @param averagesSequences of all of them together
 */
record PlannedScoring(long trained, long trainedSequences, long averages, long averagesSequences) {

  /** Nothing where only the text can tell: a field names the domains, or every sequence counts. */
  static Optional<PlannedScoring> of(ExperimentSettings settings, PreparationPlan text) {
    Optional<Set<String>> training = domains(text, Role.TRAINING);
    Optional<Set<String>> evaluation = domains(text, Role.EVALUATION);
    long perSplit = settings.scoring().maximumSequencesPerSplit();
    if (training.isEmpty() || evaluation.isEmpty() || perSplit == 0) {
      return Optional.empty();
    }
    Set<String> all = new TreeSet<>(training.get());
    all.addAll(evaluation.get());
    long experts = experts(settings, text).orElseThrow();
    long trained = (settings.training().seedSteps() > 0 ? 1 : 0) + 1 + experts;
    // Of each domain, the validation split and the test split.
    long perDomain = 2 * perSplit;
    long averages =
        settings.merge().stream().mapToLong(merge -> isForEach(merge) ? all.size() : 1).sum();
    return Optional.of(
        new PlannedScoring(
            trained,
            trained * all.size() * perDomain,
            averages,
            // One for every domain is asked about each of them, one of many about its own alone.
            perDomain * all.size() * settings.merge().size()));
  }

  /** How many experts there will be; nothing where only the text can tell. */
  static OptionalInt experts(ExperimentSettings settings, PreparationPlan text) {
    int chosen = settings.experts().domains().size();
    if (chosen > 0) {
      return OptionalInt.of(chosen);
    }
    Optional<Set<String>> training = domains(text, Role.TRAINING);
    return training.isPresent() ? OptionalInt.of(training.get().size()) : OptionalInt.empty();
  }

  private static boolean isForEach(MergeSettings merge) {
    return merge.targets() != MergeTargets.ALL;
  }

  /** The domains of a role; nothing where only the text can tell. */
  static Optional<Set<String>> domains(PreparationPlan text, Role role) {
    if (role == Role.TRAINING && text.settings().domains().divide().isOn()) {
      return Optional.empty();
    }
    List<Optional<Set<String>>> ofSources =
        Stream.concat(
                text.sources().stream()
                    .filter(source -> source.role() == role)
                    .map(PlannedScoring::domains),
                Stream.of(Optional.of(text.megatronDomains(role))))
            .toList();
    return ofSources.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : Optional.of(
            ofSources.stream()
                .flatMap(Optional::stream)
                .flatMap(Set::stream)
                .collect(Collectors.toSet()));
  }

  private static Optional<Set<String>> domains(SourcePlan source) {
    var sharder = source.settings().domain();
    if (sharder instanceof FieldDomainSharder
        || sharder instanceof SourceDomainSharder
        || sharder instanceof ClusterDomainSharder) {
      return Optional.empty();
    }
    Stream<String> names = Stream.of();
    if (sharder instanceof SourceFolderDomainSharder) {
      names = source.files().stream().map(file -> file.path().replaceFirst("/.*", ""));
    } else if (sharder instanceof FixedDomainSharder fixed) {
      names = Stream.of(fixed.name());
    } else if (sharder instanceof RandomDomainSharder random) {
      names = IntStream.range(0, random.parts()).mapToObj(part -> "part_" + part);
    } else if (sharder instanceof RuleDomainSharder rules) {
      names =
          Stream.concat(
              rules.rules().stream().map(rule -> rule.domain()),
              Stream.of(rules.otherwise()).filter(name -> !name.isEmpty()));
    }
    return Optional.of(names.collect(Collectors.toSet()));
  }
}
