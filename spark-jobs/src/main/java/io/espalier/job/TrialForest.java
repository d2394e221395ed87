package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.merge.LinearMerge;
import io.espalier.merge.MergePlan;
import io.espalier.merge.WeightedExpert;
import io.espalier.study.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The complete checkpoints of trials, and the averages of their experts: uniform, and by the
 * posterior of each training domain (Li et al. 2022, section 2.3).
 */
final class TrialForest {
  private static final String UNIFORM = "merged/uniform";
  private static final String POSTERIOR = "merged/posterior/";

  private final Run run;
  private final RunModel model;
  private final List<Trial> trials;

  TrialForest(Run run, RunModel model, List<Trial> trials) {
    this.run = run;
    this.model = model;
    this.trials = List.copyOf(trials);
  }

  /** That of all trials that the experiment asks for. */
  static TrialForest of(Run run, RunModel model) {
    return new TrialForest(run, model, StudyPlans.of(run.settings(), model));
  }

  /** Every training that is complete. */
  List<ScoredModel> trained() {
    List<ScoredModel> models = new ArrayList<>();
    for (Trial trial : trials) {
      trial
          .plans()
          .forEach(
              plan ->
                  model
                      .files()
                      .complete(plan)
                      .ifPresent(c -> models.add(new ScoredModel(plan.checkpoint(), c.hash()))));
    }
    return models;
  }

  /** Every average that is there. */
  List<ScoredModel> merged() {
    List<ScoredModel> models = new ArrayList<>();
    for (Trial trial : trials) {
      for (String name : averages(trial)) {
        RunCheckpoints.newest(model, name)
            .ifPresent(c -> models.add(new ScoredModel(name, c.hash())));
      }
    }
    return models;
  }

  /** Whether every forest that is complete has its averages. */
  boolean isMerged() {
    return trials.stream()
        .filter(trial -> !experts(trial).isEmpty())
        .flatMap(trial -> averages(trial).stream())
        .allMatch(name -> RunCheckpoints.newest(model, name).isPresent());
  }

  /**
   * Makes the averages that aren't there.
   *
   * @param priors figures with each expert's cached prior per domain
   */
  void merge(List<Result> priors) {
    run.listener().stageStarted("merge-trials", "the experts of each trial");
    int made = 0;
    for (Trial trial : trials) {
      List<Checkpoint> experts = experts(trial);
      for (String name : experts.isEmpty() ? List.<String>of() : averages(trial)) {
        if (RunCheckpoints.newest(model, name).isEmpty()) {
          merge(trial, experts, name, priors);
          made++;
        }
      }
    }
    run.listener().stageFinished("merge-trials", made + " checkpoints");
  }

  private void merge(Trial trial, List<Checkpoint> experts, String name, List<Result> priors) {
    List<WeightedExpert> inputs =
        IntStream.range(0, experts.size())
            .mapToObj(
                i -> {
                  String expert = trial.experts().get(i).checkpoint();
                  double weight = weight(expert, experts.size(), name, priors);
                  return new WeightedExpert(expert, experts.get(i), weight);
                })
            .toList();
    MergeForest.merge(
        model.files(),
        MergePlan.of(inputs, new LinearMerge()),
        name,
        model.files().provenance("merge " + name, "cpu"));
  }

  private static double weight(String expert, int experts, String name, List<Result> priors) {
    int target = name.indexOf(POSTERIOR);
    if (target < 0) {
      return 1.0 / experts;
    }
    String domain = name.substring(target + POSTERIOR.length());
    return priors.stream()
        .filter(r -> r.metric().equals(Result.CACHED_PRIOR))
        .filter(r -> r.model().equals(expert) && r.domain().equals(domain))
        .mapToDouble(Result::value)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("no prior of %s on %s".formatted(expert, domain)));
  }

  /** The trial's experts, if all of them are complete. */
  private List<Checkpoint> experts(Trial trial) {
    List<Checkpoint> complete =
        trial.experts().stream().map(model.files()::complete).flatMap(Optional::stream).toList();
    return complete.size() == trial.experts().size() ? complete : List.of();
  }

  private List<String> averages(Trial trial) {
    if (trial.experts().isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    names.add(trial.prefix() + UNIFORM);
    for (Map.Entry<String, String> domain : model.roles().entrySet()) {
      if (domain.getValue().equals(Result.TRAINING)) {
        names.add(trial.prefix() + POSTERIOR + domain.getKey());
      }
    }
    return names;
  }
}
