package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.forest.BranchPoint;
import io.espalier.forest.Expert;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.train.BranchState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Experts that branched from one that is removed are trained again, branched from the forest
 * without it: on the same text, with as many updates, in the same order of texts.
 */
final class RebuildExperts {
  private final Run run;
  private final List<List<Training>> experts;

  /**
   * One training that led to an expert.
   *
   * @param branchPoint what it began with, as the forest records it
   * @param steps updates it made
   */
  private record Training(String domain, String branchPoint, long steps) {}

  private RebuildExperts(Run run, List<List<Training>> experts) {
    this.run = run;
    this.experts = List.copyOf(experts);
  }

  /** Nothing to be made again. */
  static RebuildExperts none(Run run) {
    return new RebuildExperts(run, List.of());
  }

  /**
   * Reads how the experts were made, while their checkpoints are there.
   *
   * @throws ConfigException if one can't be made without the expert that is removed
   */
  static RebuildExperts planned(Run run, ForestHistory history, Descent descent) {
    Forest before = history.lastWith(descent.domain());
    ForestMembers members = new ForestMembers(RunModel.of(run), history);
    List<List<Training>> experts = new ArrayList<>();
    for (String domain : descent.otherDomains(before)) {
      Expert last = before.expert(domain).orElseThrow();
      List<Training> chain = chain(last, history, members);
      requirePossible(chain.get(0), descent.domain());
      // What an interrupted removal has made again since is not made a third time.
      int made = (int) history.expertsOf(domain).stream().filter(e -> joined(e, before)).count();
      experts.add(chain.subList(Math.min(made, chain.size()), chain.size()));
    }
    return new RebuildExperts(run, experts);
  }

  private static boolean joined(Expert expert, Forest after) {
    return after.experts().stream().noneMatch(known -> known.hash().equals(expert.hash()));
  }

  /** Trains them, each in the order of its texts, and records a version for each training. */
  void run() {
    GrowForest growing = new GrowForest(run);
    for (List<Training> chain : experts) {
      for (Training training : chain) {
        growing.again(training.domain(), training.branchPoint(), training.steps());
      }
    }
  }

  /** From the expert's first training to its last. */
  private static List<Training> chain(Expert last, ForestHistory history, ForestMembers members) {
    List<Training> chain = new ArrayList<>();
    Optional<Expert> next = Optional.of(last);
    while (next.isPresent()) {
      Expert expert = next.get();
      Checkpoint checkpoint = members.checkpoint(expert);
      chain.add(new Training(expert.domain(), expert.branchPoint(), BranchState.steps(checkpoint)));
      next =
          expert.branchPoint().startsWith(GrowForest.GOES_ON)
              ? history.expertsOf(expert.domain()).stream()
                  .filter(before -> expert.parents().contains(before.hash()))
                  .findFirst()
              : Optional.empty();
    }
    Collections.reverse(chain);
    return chain;
  }

  private static void requirePossible(Training first, String removed) {
    BranchPoint from =
        BranchPoint.parse("branch point", first.branchPoint().replace(GrowForest.FRESH, ""));
    if (from.given().containsKey(removed)) {
      throw new ConfigException(
          "The expert of %s was branched from %s, which names %s, and can't be made again without it; --delete, or forest remove %s first, would work"
              .formatted(first.domain(), from, removed, first.domain()));
    }
  }
}
