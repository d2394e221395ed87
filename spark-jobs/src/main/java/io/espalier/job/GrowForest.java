package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.forest.BranchPoint;
import io.espalier.forest.Expert;
import io.espalier.forest.ForestHistory;
import io.espalier.prep.Addition;
import io.espalier.train.BranchState;
import io.espalier.train.DomainSequences;
import io.espalier.train.TrainingPlan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * New experts: of a domain that joins, and of one that goes on with new text. Each ends with a new
 * version of the forest; what was complete before an interruption is not done again.
 */
final class GrowForest {
  /** What stands before the split's name where an expert went on with that split. */
  static final String GOES_ON = "expert+";

  /** What stands behind a branch point without averaged moments. */
  static final String FRESH = ", fresh moments";

  private static final String STAGE = "train-experts";

  private final Run run;
  private final ForestTable table;

  GrowForest(Run run) {
    this.run = run;
    this.table = new ForestTable(run);
  }

  /**
   * A new domain joins.
   *
   * @throws ConfigException if the run has the domain already, or its text can't be trained on
   */
  void add(Growth growth) {
    ForestHistory history = existing();
    AddedText text = new AddedText(run);
    Addition addition = text.ofDomain(growth, history);
    text.prepare(addition);
    Optional<Expert> there = history.latest().expert(growth.domain());
    if (there.isPresent()) {
      run.listener().stageSkipped(STAGE, "complete: " + there.get().checkpoint());
      return;
    }
    Expert joined = branchAndTrain(history, growth);
    table.add(
        history.latest().with(List.of(joined)),
        "added %s from %s, branched from %s"
            .formatted(growth.domain(), AddedText.shown(growth.data()), joined.branchPoint()));
  }

  /**
   * Branches and trains an expert of a domain whose text is in the tables.
   *
   * @return the expert, which isn't in the forest yet
   */
  Expert branchAndTrain(ForestHistory history, Growth growth) {
    RunModel model = RunModel.of(run);
    String parent = new BranchCheckpoint(run, model, new ForestMembers(model, history)).of(growth);
    String name = "expert/" + growth.domain() + history.nextSuffix(growth.domain());
    TrainingPlan plan =
        model
            .planner()
            .joining(
                sequences(model, growth.domain(), DomainSequences.TRAINING),
                name,
                parent,
                growth.steps() > 0 ? growth.steps() : model.planner().expertSteps());
    String branch = parent.isEmpty() ? "initialisation" : growth.from().toString();
    return train(model, plan, branch + (growth.freshMoments() ? FRESH : ""));
  }

  /**
   * A domain's expert goes on with new text; it is retired, and its successor takes its place.
   *
   * @throws ConfigException if the domain has no expert, or the text was trained on already
   */
  void retrain(Growth growth) {
    ForestHistory history = existing();
    Expert before = active(history, growth.domain());
    AddedText text = new AddedText(run);
    Addition addition = text.ofMore(growth.domain(), growth.data());
    String branchPoint = GOES_ON + addition.split();
    Optional<Expert> there =
        history.expertsOf(growth.domain()).stream()
            .filter(expert -> expert.branchPoint().equals(branchPoint))
            .findFirst();
    if (there.isPresent()) {
      requireActive(there.get(), growth.data());
      run.listener().stageSkipped(STAGE, "complete: " + there.get().checkpoint());
      return;
    }
    text.prepare(addition);
    Expert after = goOn(history, before, addition.split(), growth.steps(), branchPoint);
    table.add(
        history.latest().with(List.of(after)),
        "retrained %s with %s".formatted(growth.domain(), AddedText.shown(growth.data())));
  }

  /**
   * Trains an expert of text that is in the tables once more, without what the forest has lost, and
   * records it.
   *
   * @param branchPoint as the forest recorded it
   */
  void again(String domain, String branchPoint, long steps) {
    ForestHistory history = existing();
    boolean goesOn = branchPoint.startsWith(GOES_ON);
    boolean fresh = branchPoint.endsWith(FRESH);
    String from = branchPoint.replace(FRESH, "");
    Expert expert =
        goesOn
            ? goOn(
                history,
                active(history, domain),
                branchPoint.substring(GOES_ON.length()),
                steps,
                branchPoint)
            : branchAndTrain(
                history, new Growth(domain, "", BranchPoint.parse("from", from), fresh, steps));
    table.add(history.latest().with(List.of(expert)), "trained %s again".formatted(domain));
  }

  private Expert goOn(
      ForestHistory history, Expert before, String split, long steps, String branchPoint) {
    RunModel model = RunModel.of(run);
    return train(model, goingOn(model, history, before, split, steps), branchPoint);
  }

  /**
   * How an expert goes on with a split.
   *
   * @param steps updates to make; 0 = one pass
   */
  static TrainingPlan goingOn(
      RunModel model, ForestHistory history, Expert before, String split, long steps) {
    Checkpoint parent = new ForestMembers(model, history).checkpoint(before);
    DomainSequences text = sequences(model, before.domain(), split);
    return model
        .planner()
        .goingOn(
            text,
            "expert/" + before.domain() + history.nextSuffix(before.domain()),
            before.checkpoint(),
            parent.step(),
            BranchState.nextSample(parent),
            steps > 0 ? steps : onePass(model, text));
  }

  /** Every sequence about once, but not more updates than the first experts made. */
  private static long onePass(RunModel model, DomainSequences text) {
    long updates = text.sequences() / model.planner().expertBatchSequences();
    return Math.min(Math.max(1, updates), model.planner().expertSteps());
  }

  private Expert train(RunModel model, TrainingPlan plan, String branchPoint) {
    TrainModels.of(run).train(STAGE, List.of(plan));
    Checkpoint trained = model.files().checkpoints(plan.checkpoint()).at(plan.lastStep());
    return RecordForest.expert(
        plan.checkpoint(), plan.domains().get(0).domain(), trained, branchPoint);
  }

  private static DomainSequences sequences(RunModel model, String domain, String split) {
    return new DomainSequences(domain, model.sequences(domain, split), split);
  }

  private ForestHistory existing() {
    ForestHistory history = table.history();
    if (history.isEmpty()) {
      throw new ConfigException(
          "%s has no forest yet; run espalier train-experts first"
              .formatted(RunPaths.shown(run.paths().root())));
    }
    return history;
  }

  private static Expert active(ForestHistory history, String domain) {
    return history
        .latest()
        .expert(domain)
        .orElseThrow(
            () ->
                new ConfigException(
                    "The forest has no active expert of %s; its domains are %s"
                        .formatted(
                            domain,
                            history.latest().active().stream()
                                .map(Expert::domain)
                                .collect(Collectors.joining(", ")))));
  }

  private static void requireActive(Expert expert, String data) {
    if (!expert.isActive()) {
      throw new ConfigException(
          "%s was trained on already, by %s, which is %s; forest rollback to a version that has it, or other text, would work"
              .formatted(AddedText.shown(data), expert.checkpoint(), expert.status()));
    }
  }
}
