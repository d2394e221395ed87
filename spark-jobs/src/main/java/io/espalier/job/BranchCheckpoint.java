package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.BranchPoint;
import io.espalier.merge.StreamingMerger;
import io.espalier.merge.WeightedExpert;
import io.espalier.train.BranchState;
import io.espalier.train.TrainingPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a new expert branches from: the seed, or an average of the forest's experts that is made a
 * checkpoint of its own, so that the provenance of all that follows is complete.
 */
final class BranchCheckpoint {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private final Run run;
  private final RunModel model;
  private final ForestMembers members;

  BranchCheckpoint(Run run, RunModel model, ForestMembers members) {
    this.run = run;
    this.model = model;
    this.members = members;
  }

  /**
   * Makes the branch of a domain whose text is in the tables, unless it is there.
   *
   * @return the name of the checkpoint to branch from; empty = initialisation, where there is no
   *     seed
   * @throws ConfigException if a branch is there that was made otherwise
   */
  String of(Growth growth) {
    long step = run.settings().training().seedSteps();
    if (growth.from().isSeed()) {
      return step == 0 ? "" : TrainingPlanner.SEED;
    }
    String domain = growth.domain();
    String name = "branch/" + domain + members.history().nextSuffix(domain);
    String stage =
        "branch %s from %s%s"
            .formatted(domain, growth.from(), growth.freshMoments() ? ", fresh moments" : "");
    CheckpointFolder folder = model.files().checkpoints(name);
    Optional<Checkpoint> there = folder.all().stream().findFirst();
    if (there.isPresent()) {
      requireSame(there.get(), stage);
      return name;
    }
    make(growth, stage, folder, step);
    return name;
  }

  private void make(Growth growth, String stage, CheckpointFolder folder, long step) {
    List<MergeForest.ForestMember> experts = members.toMerge();
    List<String> domains = experts.stream().map(MergeForest.ForestMember::domain).toList();
    double[] shares = growth.from().shares(domains, posterior(growth));
    List<WeightedExpert> inputs = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        MergeForest.ForestMember expert = experts.get(i);
        inputs.add(new WeightedExpert(expert.name(), expert.checkpoint(), shares[i]));
        said.add(String.format(Locale.ROOT, "%s %.3f", expert.domain(), shares[i]));
      }
    }
    run.listener()
        .message("%s branches from %s".formatted(growth.domain(), String.join(", ", said)));
    List<Checkpoint> checkpoints = inputs.stream().map(WeightedExpert::checkpoint).toList();
    boolean moments =
        !growth.freshMoments()
            && checkpoints.stream().allMatch(c -> c.has(CheckpointFiles.OPTIMIZER));
    Provenance provenance =
        model.files().provenance(stage, "cpu").withTableVersion("forest", members.version());
    try (CheckpointWriter writer = folder.begin(step)) {
      List<ParentCheckpoint> parents = StreamingMerger.average(inputs, moments, writer, THREADS);
      writer.json(BranchState.FILE, BranchState.of(checkpoints, step));
      var unused = writer.commit(provenance.withParents(parents));
    }
  }

  /** Domain of each expert → its probability on the new domain's validation text. */
  private Map<String, Double> posterior(Growth growth) {
    BranchPoint from = growth.from();
    if (!from.needsPosterior()) {
      return Map.of();
    }
    List<ScoredModel> experts = members.scored();
    long scores = new ScoreCheckpoints(run, model).score(experts);
    Map<String, Double> posterior =
        MergeForest.posterior(
            EvaluateForest.run(run, scores, experts, Map.of(growth.domain(), Result.TRAINING)),
            growth.domain());
    if (posterior.isEmpty()) {
      throw new ConfigException(
          "--from %s needs validation text of %s but there is none; data.split.validation_fraction above 0, or --from uniform, would work"
              .formatted(from, growth.domain()));
    }
    return posterior;
  }

  private static void requireSame(Checkpoint there, String stage) {
    String made = there.manifest().provenance().stage();
    if (!made.equals(stage)) {
      throw new ConfigException(
          "%s was made as \"%s\" but now it would be \"%s\"; the options of before, or removing that folder, would work"
              .formatted(RunPaths.shown(there.location()), made, stage));
    }
  }
}
