package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestHistory;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Makes the configured experts a version of the forest, where it has never had them: the first
 * version, and one more if an expert was trained anew.
 */
final class RecordForest {
  private final Run run;
  private final RunModel model;

  RecordForest(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /** Does nothing where every configured expert is, or was, in the forest. */
  void record() {
    ForestTable table = new ForestTable(run);
    ForestHistory history = table.history();
    List<Expert> joining = new ArrayList<>();
    for (TrainingPlan plan : model.planner().experts()) {
      model
          .files()
          .complete(plan)
          .filter(checkpoint -> !history.everHad(checkpoint.hash()))
          .ifPresent(checkpoint -> joining.add(expert(plan, checkpoint)));
    }
    if (!joining.isEmpty()) {
      String domains = joining.stream().map(Expert::domain).collect(Collectors.joining(", "));
      table.add(history.latest().with(joining), "trained " + domains);
    }
  }

  /** An expert that a plan has made. */
  private Expert expert(TrainingPlan plan, Checkpoint checkpoint) {
    return expert(
        plan.checkpoint(), plan.domains().get(0).domain(), checkpoint, branchPoint(checkpoint));
  }

  private String branchPoint(Checkpoint checkpoint) {
    return checkpoint.manifest().provenance().parents().stream()
        .map(ParentCheckpoint::name)
        .map(n -> n.startsWith("branch/") ? run.settings().experts().branchFrom() : n)
        .findFirst()
        .orElse("initialisation");
  }

  /**
   * A trained checkpoint as an expert.
   *
   * @param branchPoint what it began with, in one word
   */
  static Expert expert(String name, String domain, Checkpoint checkpoint, String branchPoint) {
    var provenance = checkpoint.manifest().provenance();
    return Expert.active(
        domain,
        name,
        checkpoint.hash(),
        provenance.parents().stream().map(ParentCheckpoint::hash).toList(),
        provenance.tableVersions().getOrDefault("sequences", -1L),
        branchPoint,
        TrainingResult.of(name, checkpoint, checkpoint.step()).tokens());
  }
}
