package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.GivenWeights;
import io.espalier.merge.MergeSettings;
import io.espalier.merge.MergeTargets;
import io.espalier.merge.StreamingMerger;
import io.espalier.merge.WeightedExpert;
import io.espalier.table.LedgerRow;
import io.espalier.table.TableSchema;
import io.espalier.train.ResourceClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Averages the experts into checkpoints, streamed on the driver, which never holds a whole model
 * (Li et al. 2022, section 2.3).
 */
final class MergeForest {
  private static final String STAGE = "merge";
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final Run run;
  private final RunModel model;
  private final List<ForestMember> experts;
  private final long forestVersion;
  private final Set<String> withdrawnDomains;

  /** An expert's domain, and the name and files of its complete checkpoint. */
  record ForestMember(String domain, String name, Checkpoint checkpoint) {}

  MergeForest(Run run, RunModel model, ForestMembers members) {
    this.run = run;
    this.model = model;
    this.experts = members.toMerge();
    this.forestVersion = members.mergeVersion();
    this.withdrawnDomains = members.history().withdrawnDomains();
  }

  /**
   * Makes every merge of the configuration that isn't there yet.
   *
   * @param results figures with each expert's cached prior per domain
   * @return all merges, those that were there included
   */
  List<ScoredModel> merge(List<Result> results) {
    List<ScoredModel> merged = new ArrayList<>();
    List<String> made = new ArrayList<>();
    ResourceClock clock = ResourceClock.onCores(THREADS);
    sayWhatIsImpossible();
    for (MergeSettings settings : possible()) {
      for (String target : targets(settings)) {
        String name = name(settings, target);
        CheckpointFolder folder = model.files().checkpoints(name);
        List<Checkpoint> existing = folder.all();
        if (existing.isEmpty()) {
          if (made.isEmpty()) {
            run.listener().stageStarted(STAGE, "%d experts".formatted(experts.size()));
          }
          double[] weights = settings.weights().of(domains(), posterior(results, target));
          existing = List.of(merge(settings, name, weights, folder));
          made.add(name);
        }
        merged.add(new ScoredModel(name, existing.get(existing.size() - 1).hash()));
      }
    }
    if (made.isEmpty()) {
      run.listener().stageSkipped(STAGE, "complete: %d checkpoints".formatted(merged.size()));
    } else {
      run.listener().stageFinished(STAGE, "%d checkpoints".formatted(made.size()));
      recordCost(made, clock);
    }
    return merged;
  }

  private Checkpoint merge(
      MergeSettings settings, String name, double[] weights, CheckpointFolder folder) {
    List<WeightedExpert> inputs = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      ForestMember expert = experts.get(i);
      inputs.add(new WeightedExpert(expert.name(), expert.checkpoint(), weights[i]));
    }
    try (CheckpointWriter writer = folder.begin(experts.get(0).checkpoint().step())) {
      return StreamingMerger.merge(
          inputs,
          settings.method(),
          writer,
          model
              .files()
              .provenance("merge " + name, "cpu")
              .withTableVersion("forest", forestVersion),
          THREADS);
    }
  }

  /** All but those whose given weights are of a domain that the forest has no more. */
  private List<MergeSettings> possible() {
    return run.settings().merge().stream().filter(settings -> gone(settings).isEmpty()).toList();
  }

  private Set<String> gone(MergeSettings settings) {
    if (!(settings.weights() instanceof GivenWeights given)) {
      return Set.of();
    }
    Set<String> gone = new TreeSet<>(given.weights().keySet());
    gone.retainAll(withdrawnDomains);
    return gone;
  }

  private void sayWhatIsImpossible() {
    for (MergeSettings settings : run.settings().merge()) {
      Set<String> gone = gone(settings);
      if (!gone.isEmpty()) {
        run.listener()
            .message(
                "merge %s is left out: its weights name %s, which the forest has no more"
                    .formatted(settings.name(), String.join(", ", gone)));
      }
    }
  }

  /** Whether every merge is there, so that no posterior is needed. */
  boolean isComplete() {
    return possible().stream()
        .allMatch(
            settings ->
                targets(settings).stream()
                    .map(target -> name(settings, target))
                    .noneMatch(name -> model.files().checkpoints(name).all().isEmpty()));
  }

  private String name(MergeSettings settings, String target) {
    return name(settings.name(), target, forestVersion);
  }

  /**
   * Name of a merge's checkpoint: that of the first forest is {@code merged/<name>}, that of the
   * third version {@code merged/<name>@3}.
   *
   * @param target domain; empty for all
   */
  static String name(String merge, String target, long forestVersion) {
    return "merged/"
        + merge
        + (forestVersion > 1 ? "@" + forestVersion : "")
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
