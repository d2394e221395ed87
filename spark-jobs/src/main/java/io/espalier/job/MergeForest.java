package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.Provenance;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.GivenWeights;
import io.espalier.merge.GreedySoupWeights;
import io.espalier.merge.LinearMerge;
import io.espalier.merge.MergePlan;
import io.espalier.merge.MergeSettings;
import io.espalier.merge.MergeTargets;
import io.espalier.merge.StreamingMerger;
import io.espalier.merge.UniformWeights;
import io.espalier.merge.WeightedExpert;
import io.espalier.report.Phrases;
import io.espalier.table.ForestRow;
import io.espalier.table.LedgerRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.ResourceClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Makes one checkpoint of many, streamed on the driver, which never holds a whole model (Li et al.
 * 2022, section 2.3). The experts may be a run's forest or any checkpoints of one shape.
 */
final class MergeForest {
  private static final String STAGE = "merge";
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final Run run;
  private final RunModel model;
  private final List<ForestMember> experts;
  private final Optional<WeightedExpert> base;
  private final long forestVersion;
  private final Set<String> withdrawnDomains;

  /**
   * An expert.
   *
   * @param domain what weights call it
   * @param name of the checkpoint in the run: {@code expert/legal}
   */
  record ForestMember(String domain, String name, Checkpoint checkpoint) {}

  /**
   * @param base the checkpoint that the experts were branched from
   * @param members of the forest whose version the merges name
   */
  MergeForest(
      Run run,
      RunModel model,
      List<ForestMember> experts,
      Optional<WeightedExpert> base,
      ForestMembers members) {
    this.run = run;
    this.model = model;
    this.experts = List.copyOf(experts);
    this.base = base;
    this.forestVersion = members.mergeVersion();
    this.withdrawnDomains = members.history().withdrawnDomains();
  }

  /**
   * Makes every merge that isn't there yet.
   *
   * @param priors figures with each expert's cached prior per domain; asked for if needed
   * @return all merges, those that were there included
   */
  List<ScoredModel> merge(List<MergeSettings> all, Supplier<List<Result>> priors) {
    List<MergeSettings> merges = possible(all);
    List<ScoredModel> merged = new ArrayList<>();
    List<String> made = new ArrayList<>();
    List<Result> results = needPriors(merges) ? priors.get() : List.of();
    ResourceClock clock = ResourceClock.onCores(THREADS);
    for (MergeSettings settings : merges) {
      for (String target : targets(settings)) {
        String name = name(settings, target);
        Optional<Checkpoint> existing = RunCheckpoints.newest(model, name);
        if (existing.isPresent()) {
          checkSame(name, settings, existing.get());
        } else {
          if (made.isEmpty()) {
            checkForest();
          }
          MergePlan plan = plan(settings, weights(settings, posterior(results, target)));
          if (settings.weights() instanceof GreedySoupWeights) {
            run.listener().message("%s takes in %s".formatted(name, takenIn(plan)));
          }
          if (made.isEmpty()) {
            run.listener().stageStarted(STAGE, "%d experts".formatted(experts.size()));
          }
          existing =
              Optional.of(merge(model.files(), plan, name, provenance(stage(name, settings))));
          made.add(name);
        }
        merged.add(new ScoredModel(name, existing.get().hash()));
      }
    }
    if (made.isEmpty()) {
      run.listener()
          .stageSkipped(STAGE, "complete: " + Phrases.counted(merged.size(), "checkpoint"));
    } else {
      recordCost(made, clock);
      run.listener()
          .stageFinished(
              STAGE, made.size() == 1 ? made.get(0) : Phrases.counted(made.size(), "checkpoint"));
    }
    return merged;
  }

  /**
   * Makes one merge that a command asks for, unless it is there with the same weights.
   *
   * @throws ConfigException if one of the same name was made otherwise
   */
  List<ScoredModel> mergeOne(MergeSettings settings, Supplier<List<Result>> priors) {
    for (ForestMember expert : experts) {
      if (settings.weights().dependOnTarget() && !expert.name().startsWith("expert/")) {
        throw new ConfigException(
            "weights follow from a posterior, which experts alone have, but experts names %s; uniform would work"
                .formatted(expert.name()));
      }
    }
    if (settings.weights() instanceof UniformWeights
        || settings.weights() instanceof GivenWeights) {
      double[] weights = settings.weights().of(domains(), Map.of());
      RunCheckpoints.newest(model, name(settings, ""))
          .ifPresent(existing -> checkSameParents(settings, weights, existing));
    }
    return merge(List.of(settings), priors);
  }

  private void checkSameParents(MergeSettings settings, double[] weights, Checkpoint existing) {
    Map<String, Double> found = new TreeMap<>();
    existing.manifest().provenance().parents().forEach(p -> found.put(p.name(), p.weight()));
    Map<String, Double> wanted = new TreeMap<>();
    plan(settings, weights).parents().forEach(p -> wanted.put(p.name(), p.weight()));
    if (!found.equals(wanted)) {
      throw new ConfigException(
          "merged/%s is there already with the weights %s but %s are asked for; another name would work"
              .formatted(settings.name(), found, wanted));
    }
  }

  private double[] weights(MergeSettings settings, Map<String, Double> posterior) {
    return settings
        .weights()
        .of(domains(), posterior, shares -> validationPerplexities(settings, shares));
  }

  private MergePlan plan(MergeSettings settings, double[] weights) {
    List<WeightedExpert> inputs = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      ForestMember expert = experts.get(i);
      inputs.add(new WeightedExpert(expert.name(), expert.checkpoint(), weights[i]));
    }
    return new MergePlan(inputs, base, settings.method());
  }

  private static String takenIn(MergePlan plan) {
    return plan.experts().stream()
        .filter(expert -> expert.weight() > 0)
        .map(WeightedExpert::name)
        .collect(Collectors.joining(", "));
  }

  private Provenance provenance(String stage) {
    return model.files().provenance(stage, "cpu").withTableVersion("forest", forestVersion);
  }

  /**
   * Merges any checkpoints into a checkpoint of the run, or goes on with it where a process died.
   *
   * @param name of the result in the run: {@code merged/uniform}
   * @param provenance of the result, but for its parents
   */
  static Checkpoint merge(RunFiles files, MergePlan plan, String name, Provenance provenance) {
    long step = plan.experts().get(0).checkpoint().step();
    String key = plan.key(files.codeVersion());
    try (CheckpointWriter writer = files.checkpoints(name).resume(step, key)) {
      return StreamingMerger.merge(plan, writer, provenance, THREADS);
    }
  }

  /** What the provenance says made it; the plain average is called as it always was. */
  private static String stage(String name, MergeSettings settings) {
    return settings.method() instanceof LinearMerge
        ? "merge " + name
        : "merge %s by %s".formatted(name, settings.method());
  }

  private static void checkSame(String name, MergeSettings settings, Checkpoint existing) {
    String made = existing.manifest().provenance().stage();
    String wanted = stage(name, settings);
    if (!made.equals(wanted)) {
      throw new ConfigException(
          "%s is there already, made by \"%s\", but \"%s\" is asked for; another name would work"
              .formatted(name, made, wanted));
    }
  }

  /** Refuses experts that aren't those that the table forest has under their names. */
  private void checkForest() {
    Table<ForestRow> forest = run.table(TableSchema.FOREST);
    if (forest.latestVersion().isEmpty()) {
      return;
    }
    List<ForestRow> rows = forest.collect(forest.latestVersion().getAsLong());
    for (ForestMember expert : experts) {
      List<String> hashes =
          rows.stream()
              .filter(row -> row.checkpoint().equals(expert.name()))
              .map(ForestRow::checkpointHash)
              .toList();
      if (!hashes.isEmpty() && !hashes.contains(expert.checkpoint().hash())) {
        throw new ConfigException(
            "%s has the hash %s but the table forest has it with %s; run espalier train-experts to record what it is now"
                .formatted(expert.name(), expert.checkpoint().hash(), String.join(" or ", hashes)));
      }
    }
  }

  private double[] validationPerplexities(MergeSettings settings, List<double[]> shares) {
    List<MergeCandidates.Candidate> candidates = new ArrayList<>();
    for (double[] weights : shares) {
      List<CandidateTask.Member> members = new ArrayList<>();
      for (WeightedExpert expert : plan(settings, weights).experts()) {
        if (expert.weight() > 0) {
          members.add(member(expert));
        }
      }
      String name =
          "candidate/"
              + members.stream()
                  .map(member -> member.model().checkpoint().replaceFirst("^expert/", ""))
                  .collect(Collectors.joining("+"));
      candidates.add(
          new MergeCandidates.Candidate(
              name, members, base.stream().map(MergeForest::member).toList(), settings.method()));
    }
    return new MergeCandidates(run, model)
        .run("validation of averages for " + settings.name(), candidates).stream()
            .mapToDouble(CandidateTask.Outcome::meanPerplexity)
            .toArray();
  }

  private static CandidateTask.Member member(WeightedExpert expert) {
    return new CandidateTask.Member(
        new ScoredModel(expert.name(), expert.checkpoint().hash()), expert.weight());
  }

  private boolean needPriors(List<MergeSettings> merges) {
    return merges.stream()
        .filter(settings -> settings.weights().dependOnTarget())
        .anyMatch(
            settings ->
                targets(settings).stream()
                    .map(target -> name(settings, target))
                    .anyMatch(name -> RunCheckpoints.newest(model, name).isEmpty()));
  }

  /** All but those whose given weights are of a domain that the forest has no more. */
  private List<MergeSettings> possible(List<MergeSettings> all) {
    List<MergeSettings> possible = new ArrayList<>();
    for (MergeSettings settings : all) {
      Set<String> gone = new TreeSet<>(withdrawnDomains);
      gone.retainAll(
          settings.weights() instanceof GivenWeights given ? given.weights().keySet() : Set.of());
      if (gone.isEmpty()) {
        possible.add(settings);
      } else {
        run.listener()
            .message(
                "merge %s is left out: its weights name %s, which the forest has no more"
                    .formatted(settings.name(), String.join(", ", gone)));
      }
    }
    return possible;
  }

  private String name(MergeSettings settings, String target) {
    return RunCheckpoints.mergeName(settings.name(), forestVersion)
        + (target.isEmpty() ? "" : "/" + target);
  }

  private List<String> targets(MergeSettings settings) {
    return settings.targets() == MergeTargets.ALL
        ? List.of("")
        : model.roles().keySet().stream().sorted().toList();
  }

  private List<String> domains() {
    return experts.stream().map(ForestMember::domain).toList();
  }

  /** Domain of each expert → its cached prior on the target's validation text. */
  static Map<String, Double> posterior(List<Result> results, String target) {
    Map<String, Double> posterior = new LinkedHashMap<>();
    results.stream()
        .filter(r -> r.metric().equals(Result.CACHED_PRIOR) && r.domain().equals(target))
        .forEach(r -> posterior.put(r.model().replaceFirst("^expert/", ""), r.value()));
    return posterior;
  }

  private void recordCost(List<String> made, ResourceClock clock) {
    LedgerRow row =
        new LedgerRow(
            STAGE,
            "merged",
            "",
            0,
            "cpu",
            Instant.now(),
            clock.deviceSeconds(),
            clock.cpuSeconds(),
            0,
            0,
            0);
    String transaction =
        "%s/%s/%s".formatted(STAGE, experts.get(0).checkpoint().hash(), String.join(" ", made));
    run.table(TableSchema.LEDGER).append(List.of(row), transaction);
  }
}
