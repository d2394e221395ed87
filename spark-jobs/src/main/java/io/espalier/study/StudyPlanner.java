package io.espalier.study;

import io.espalier.config.ConfigException;
import io.espalier.train.DomainSequences;
import io.espalier.train.ExpertSettings;
import io.espalier.train.ParallelSettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingPlanner;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Turns the section {@code study} into trials of matched compute: pure functions of settings and
 * domain sizes. What a trial shares with the run's own forest, it takes from there.
 */
public final class StudyPlanner {
  private static final String EXPERT = "expert/";

  private final StudySettings study;
  private final TrainingSettings training;
  private final ExpertSettings experts;
  private final long seed;
  private final List<DomainSequences> domains;
  private final TrainingPlanner main;

  /**
   * @param training of the run's own forest
   * @param seed the run's random seed
   * @param domains all training domains with their training sequences
   */
  public StudyPlanner(
      StudySettings study,
      TrainingSettings training,
      ExpertSettings experts,
      long seed,
      List<DomainSequences> domains) {
    this.study = study;
    this.training = training.ofTrial();
    this.experts =
        new ExpertSettings(
            experts.domains(), experts.globalBatchSequences(), ParallelSettings.SERIAL);
    this.seed = seed;
    this.domains = List.copyOf(domains);
    this.main = new TrainingPlanner(this.training, this.experts, seed, domains);
  }

  /**
   * Every trial that the settings ask for.
   *
   * @throws ConfigException if one can't be had, like a batch that doesn't divide the tokens
   */
  public List<Trial> trials() {
    List<Trial> trials = new ArrayList<>(seedShares());
    study.seedCorpora().forEach(corpus -> trials.add(seedCorpus(corpus)));
    study.domainCounts().forEach(count -> trials.add(domainCount(count)));
    if (study.randomSplit()) {
      trials.add(randomSplit());
    }
    if (study.unsharedSeed()) {
      trials.add(unsharedSeed());
    }
    trials.addAll(new SweepPlanner(training, experts, seed, domains).trials(study));
    study.seeds().forEach(other -> trials.add(replicate(other)));
    return trials;
  }

  /** The seeds are stretches of one path, which the run's own seed is a part of. */
  private List<Trial> seedShares() {
    List<Trial> trials = new ArrayList<>();
    String trunk = "";
    long trained = 0;
    for (double share : new TreeSet<>(study.seedShares())) {
      TrainingPlanner planner = planner(training.withSeedShare(share), domains, seed);
      long steps = planner.seed().steps();
      if (steps == main.seed().steps()) {
        throw new ConfigException(
            "study.seed_shares has %s but the run's own forest has that share (training.seed_share); leave it out"
                .formatted(share));
      }
      if (main.seed().steps() > trained && main.seed().steps() < steps) {
        trunk = TrainingPlanner.SEED;
        trained = main.seed().steps();
      }
      String name = "seed-share-" + share;
      String prefix = Trial.prefix(name);
      List<TrainingPlan> plans = new ArrayList<>();
      if (steps > 0) {
        plans.add(stretch(planner.seed().named(prefix + TrainingPlanner.SEED, trunk), trained));
        trunk = prefix + TrainingPlanner.SEED;
        trained = steps;
      }
      String parent = steps > 0 ? trunk : "";
      planner.experts().forEach(p -> plans.add(p.named(prefix + p.checkpoint(), parent)));
      trials.add(new Trial(name, TrialKind.SEED_SHARE, Double.toString(share), plans));
    }
    return trials;
  }

  /** The part of a seed's training that comes after so many updates. */
  private static TrainingPlan stretch(TrainingPlan whole, long firstStep) {
    return new TrainingPlan(
        whole.checkpoint(),
        whole.parent(),
        whole.domains(),
        whole.seed(),
        firstStep,
        whole.lastStep(),
        whole.batch().firstSample(firstStep),
        whole.batch(),
        whole.parallel(),
        whole.settings());
  }

  private Trial seedCorpus(List<String> corpus) {
    List<DomainSequences> seedDomains = corpus.stream().map(this::known).toList();
    String name = "seed-on-" + String.join("-", corpus);
    String prefix = Trial.prefix(name);
    if (training.seedSteps() == 0) {
      throw new ConfigException(
          "study.seed_corpora is given but training.seed_share is 0, so that there is no seed; 0.5 would work");
    }
    TrainingPlan whole = main.seed();
    List<TrainingPlan> plans = new ArrayList<>();
    plans.add(
        new TrainingPlan(
            prefix + TrainingPlanner.SEED,
            "",
            seedDomains,
            seed,
            0,
            whole.lastStep(),
            0,
            whole.batch(),
            whole.parallel(),
            whole.settings()));
    main.experts().forEach(plan -> plans.add(within(prefix, plan)));
    return new Trial(name, TrialKind.SEED_CORPUS, String.join(", ", corpus), plans);
  }

  private Trial domainCount(int count) {
    List<TrainingPlan> all = main.experts();
    if (count < 2 || count >= all.size()) {
      throw new ConfigException(
          "study.domain_counts has %d but must be at least 2 and below the number of experts (%d)"
              .formatted(count, all.size()));
    }
    List<DomainSequences> first =
        all.subList(0, count).stream().map(plan -> plan.domains().get(0)).toList();
    List<String> names = first.stream().map(DomainSequences::domain).toList();
    TrainingPlanner planner =
        new TrainingPlanner(
            training, new ExpertSettings(names, 0, ParallelSettings.SERIAL), seed, first);
    return new Trial(
        "domains-" + count,
        TrialKind.DOMAIN_COUNT,
        Integer.toString(count),
        whole("domains-" + count, planner));
  }

  /** The j-th expert takes the j-th stretch of the order in which the dense model sees all text. */
  private Trial randomSplit() {
    String prefix = Trial.prefix("random-split");
    List<TrainingPlan> own = main.experts();
    List<TrainingPlan> plans =
        IntStream.range(0, own.size())
            .mapToObj(
                j -> {
                  TrainingPlan plan = own.get(j);
                  return new TrainingPlan(
                      prefix + EXPERT + "random-" + (j + 1),
                      plan.parent(),
                      main.seed().domains(),
                      seed,
                      plan.firstStep(),
                      plan.lastStep(),
                      main.seed().samples() + j * plan.samples(),
                      plan.batch(),
                      plan.parallel(),
                      plan.settings());
                })
            .toList();
    return new Trial("random-split", TrialKind.RANDOM_SPLIT, "", plans);
  }

  private Trial unsharedSeed() {
    String prefix = Trial.prefix("unshared-seed");
    int count = main.experts().size();
    List<TrainingPlan> plans =
        IntStream.range(0, count)
            .mapToObj(
                j -> {
                  var own = planner(training.withSeedShare(0), domains, seed + 1 + j);
                  TrainingPlan plan = own.experts().get(j);
                  return plan.named(prefix + plan.checkpoint(), "");
                })
            .toList();
    return new Trial("unshared-seed", TrialKind.UNSHARED_SEED, "", plans);
  }

  private Trial replicate(long other) {
    if (other == seed) {
      throw new ConfigException(
          "study.seeds has %d but that is the seed of the run's own forest; another would work"
              .formatted(other));
    }
    String name = "seed-" + other;
    return new Trial(
        name,
        TrialKind.REPLICATE,
        Long.toString(other),
        whole(name, planner(training, domains, other)));
  }

  /** Seed, experts and dense model, as a run has them. */
  static List<TrainingPlan> whole(String name, TrainingPlanner planner) {
    String prefix = Trial.prefix(name);
    List<TrainingPlan> plans = new ArrayList<>();
    if (planner.seed().steps() > 0) {
      plans.add(planner.seed().named(prefix + TrainingPlanner.SEED, ""));
    }
    planner.experts().forEach(plan -> plans.add(within(prefix, plan)));
    plans.add(within(prefix, planner.denseFromSeed()));
    return plans;
  }

  private static TrainingPlan within(String prefix, TrainingPlan plan) {
    String parent = plan.parent().isEmpty() ? "" : prefix + plan.parent();
    return plan.named(prefix + plan.checkpoint(), parent);
  }

  private TrainingPlanner planner(
      TrainingSettings settings, List<DomainSequences> on, long randomSeed) {
    return new TrainingPlanner(settings, experts, randomSeed, on);
  }

  private DomainSequences known(String name) {
    return domains.stream()
        .filter(domain -> domain.domain().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "study.seed_corpora names %s but the training domains are %s"
                        .formatted(
                            name,
                            String.join(
                                ", ", domains.stream().map(DomainSequences::domain).toList()))));
  }
}
