package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.table.ForestRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the first version of the forest: which experts it has and what they came from. */
final class RecordForest {
  private final Run run;
  private final RunModel model;

  RecordForest(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /** Does nothing where the table has these experts already. */
  void record() {
    List<ForestRow> rows = new ArrayList<>();
    for (TrainingPlan plan : model.planner().experts()) {
      model.files().checkpoints(plan.checkpoint()).all().stream()
          .filter(checkpoint -> checkpoint.step() == plan.lastStep())
          .findFirst()
          .ifPresent(checkpoint -> rows.add(row(plan, checkpoint)));
    }
    String fingerprint =
        rows.stream().map(ForestRow::checkpointHash).collect(Collectors.joining("/"));
    Table<ForestRow> table = run.table(TableSchema.FOREST);
    if (table.completedWith(fingerprint).isEmpty()) {
      table.overwrite(rows, fingerprint, "");
    }
  }

  private ForestRow row(TrainingPlan plan, Checkpoint checkpoint) {
    return new ForestRow(
        1,
        plan.domains().get(0).domain(),
        plan.checkpoint(),
        checkpoint.hash(),
        checkpoint.manifest().provenance().parents().stream().map(ParentCheckpoint::hash).toList(),
        model.files().sequencesVersion(),
        "active");
  }
}
