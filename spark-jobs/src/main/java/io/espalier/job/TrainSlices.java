package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.table.SliceRow;
import io.espalier.train.MarginalSlices;
import io.espalier.train.SlicePlans;
import io.espalier.train.TrainingPlan;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/**
 * Trains the experts in slices that go to those who gain most: decides a round from the table
 * {@code slices}, trains and scores its slices side by side, writes their rows, and so on. An
 * interrupted run comes to the same decisions; what of a round is trained is only scored again.
 */
final class TrainSlices {
  private final Run run;
  private final RunModel model;
  private final Function<TrainingPlan, Optional<Checkpoint>> complete;
  private final TrainingRecords records;
  private final SliceRecords rows;
  private final SlicePlans plans;
  private final MarginalSlices decisions;
  private final String stage;
  private final int threads;

  /**
   * @param complete finds the last checkpoint of a plan
   */
  TrainSlices(
      Run run,
      RunModel model,
      String stage,
      TrainingRecords records,
      Function<TrainingPlan, Optional<Checkpoint>> complete) {
    this.run = run;
    this.model = model;
    this.stage = stage;
    this.complete = complete;
    this.records = records;
    this.rows = new SliceRecords(run);
    this.plans = model.planner().slices();
    this.decisions = plans.decisions();
    // Always the same number, so that device-seconds compare and an interrupted round has its bits.
    this.threads = run.coresForEachOf(Math.min(run.slots(), decisions.domains().size()));
  }

  /**
   * Does what is missing.
   *
   * @param withdrawn domains whose experts have left the forest
   */
  void train(Set<String> withdrawn) {
    Map<String, Integer> decided = decisions.decided(SliceRecords.slices(rows.rows()));
    if (isComplete(decided, withdrawn)) {
      run.listener().stageSkipped(stage, "complete: " + shown(decided));
    } else {
      requireValidationText();
      run.listener().stageStarted(stage, described());
      while (round()) {
        // Until nothing is left to give away.
      }
      decided = decisions.decided(SliceRecords.slices(rows.rows()));
      finish(decided, withdrawn);
      run.listener().stageFinished(stage, shown(decided));
    }
    Map<String, Checkpoint> experts = new LinkedHashMap<>();
    decided.forEach(
        (domain, slices) ->
            complete
                .apply(plans.whole(domain, slices))
                .ifPresent(c -> experts.put(plans.whole(domain, slices).checkpoint(), c)));
    records.add(stage, experts);
    decided.keySet().forEach(domain -> remove(SlicePlans.folder(domain)));
  }

  /**
   * Carries out what is missing of the next round.
   *
   * @return false if there was none
   */
  boolean round() {
    List<SliceRow> done = rows.rows();
    List<MarginalSlices.Next> next = decisions.next(SliceRecords.slices(done), run.slots());
    if (next.isEmpty()) {
      return false;
    }
    List<TrainingPlan> slices = new ArrayList<>();
    List<SliceTask> tasks = new ArrayList<>();
    for (MarginalSlices.Next slice : next) {
      TrainingPlan plan = plans.slice(slice.domain(), slice.number(), slice.spent());
      boolean isTrained = complete.apply(plan).isPresent();
      if (!isTrained) {
        trainUpTo(slice.domain(), slice.number() - 1, done);
      }
      slices.add(plan);
      tasks.add(task(plan, isTrained, before(slice, done)));
    }
    slices.forEach(this::announce);
    Map<String, SliceTask.Outcome> outcomes =
        sideBySide(tasks, SliceTask::run).stream()
            .collect(Collectors.toMap(SliceTask.Outcome::slice, Function.identity()));
    record(slices);
    rows.add(next, slices, outcomes, model.spec().trainingFlopsPerToken(false) / 3);
    for (MarginalSlices.Next slice : next) {
      String name = SlicePlans.name(slice.domain(), slice.number());
      tell(slice, Objects.requireNonNull(outcomes.get(name)));
    }
    next.forEach(slice -> remove(SlicePlans.name(slice.domain(), slice.number() - 1)));
    return true;
  }

  /** The ledger has a slice before its row is there: who finds the row finds its cost, too. */
  private void record(List<TrainingPlan> slices) {
    Map<String, Checkpoint> trained = new LinkedHashMap<>();
    slices.forEach(plan -> complete.apply(plan).ifPresent(c -> trained.put(plan.checkpoint(), c)));
    records.add(stage, trained);
  }

  /** What was removed or lost is trained again as its rows say. */
  private void trainUpTo(String domain, int number, List<SliceRow> done) {
    Map<Integer, TrainingPlan> own = new LinkedHashMap<>();
    for (SliceRow row : done) {
      if (row.domain().equals(domain) && row.number() <= number) {
        long spent = done.stream().filter(other -> other.round() < row.round()).count();
        own.put(row.number(), plans.slice(domain, row.number(), spent));
      }
    }
    int whole = number;
    while (whole > 0 && complete.apply(Objects.requireNonNull(own.get(whole))).isEmpty()) {
      whole--;
    }
    for (int missing = whole + 1; missing <= number; missing++) {
      TrainTask task = task(Objects.requireNonNull(own.get(missing)));
      sideBySide(List.of(task), TrainTask::train);
    }
  }

  /** Each expert after its last slice gets its own name. */
  private void finish(Map<String, Integer> decided, Set<String> withdrawn) {
    List<SliceRow> done = rows.rows();
    List<TrainTask> tasks = new ArrayList<>();
    decided.forEach(
        (domain, slices) -> {
          TrainingPlan plan = plans.whole(domain, slices);
          if (!withdrawn.contains(domain) && complete.apply(plan).isEmpty()) {
            trainUpTo(domain, slices, done);
            tasks.add(task(plan));
          }
        });
    sideBySide(tasks, TrainTask::train);
  }

  /** Slices are of one length, so that none has to start first. */
  private <P extends Serializable, R extends Serializable> List<R> sideBySide(
      List<P> tasks, org.apache.spark.api.java.function.Function<P, R> task) {
    return SlotMeter.holding(
        run.spark().sparkContext(),
        threads,
        () -> OneTaskPerPlan.longestFirst(run.spark(), stage, tasks, each -> 1, task));
  }

  private TrainTask task(TrainingPlan plan) {
    return new TrainTask(model.files(), plan, model.spec(), stage, threads);
  }

  private boolean isComplete(Map<String, Integer> decided, Set<String> withdrawn) {
    return !decided.isEmpty()
        && decided.entrySet().stream()
            .filter(expert -> !withdrawn.contains(expert.getKey()))
            .allMatch(
                expert ->
                    complete.apply(plans.whole(expert.getKey(), expert.getValue())).isPresent());
  }

  private SliceTask task(TrainingPlan plan, boolean isTrained, double perplexityBefore) {
    String domain = plan.domains().get(0).domain();
    ExperimentSettings settings = run.settings();
    long sequences = model.sequences(domain, Result.VALIDATION_SPLIT);
    ScoreTask scoring =
        new ScoreTask(
            model.files(),
            model.spec(),
            new ScoredModel(plan.checkpoint(), ""),
            List.of(
                new ScoreTask.Split(
                    domain, Result.VALIDATION_SPLIT, settings.scoring().sample(sequences))),
            settings.training().precision(),
            settings.training().device(),
            settings.scoring().batchSequences(),
            threads);
    return new SliceTask(task(plan), isTrained, perplexityBefore, scoring);
  }

  /**
   * What the expert's last row says. Of the seed nothing is known, so the task asks it; where there
   * is none, a model that knows nothing finds every token as probable.
   */
  private double before(MarginalSlices.Next next, List<SliceRow> done) {
    if (next.number() == 1) {
      boolean hasSeed = run.settings().training().seedSteps() > 0;
      return hasSeed ? Double.NaN : model.spec().vocabularySize();
    }
    return done.stream()
        .filter(row -> row.domain().equals(next.domain()) && row.number() == next.number() - 1)
        .mapToDouble(SliceRow::perplexityAfter)
        .findFirst()
        .orElseThrow();
  }

  private void requireValidationText() {
    for (String domain : decisions.domains()) {
      if (model.sequences(domain, Result.VALIDATION_SPLIT) == 0) {
        throw new ConfigException(
            "experts.budget is marginal, which asks validation text, but domain %s has no validation sequences; a larger data.split.validation_fraction (%s) would work, or another budget"
                .formatted(domain, run.settings().data().split().validationFraction()));
      }
    }
  }

  private void announce(TrainingPlan plan) {
    long tokens = plan.tokens(model.spec().sequenceLengthTokens());
    run.listener().progress(stage, plan.checkpoint(), 0, tokens, "tokens", "");
  }

  private void tell(MarginalSlices.Next slice, SliceTask.Outcome outcome) {
    run.listener()
        .message(
            String.format(
                Locale.ROOT,
                "  round %d: %s, %,d updates in all, validation perplexity %.2f → %.2f in %.2f device-seconds",
                slice.round(),
                slice.domain(),
                (long) slice.number() * plans.sliceSteps(),
                outcome.perplexityBefore(),
                outcome.perplexityAfter(),
                outcome.deviceSeconds()));
  }

  private String described() {
    return String.format(
        Locale.ROOT,
        "%d experts share %,d slices of %,d updates with %d sequences each",
        decisions.domains().size(),
        decisions.slices(),
        plans.sliceSteps(),
        plans.experts().get(0).batch().globalSequences());
  }

  private String shown(Map<String, Integer> decided) {
    return decided.entrySet().stream()
            .map(e -> "%s %,d".formatted(e.getKey(), (long) e.getValue() * plans.sliceSteps()))
            .collect(Collectors.joining(", "))
        + " updates";
  }

  private void remove(String name) {
    Path folder = new Path(model.files().paths().checkpoint(name));
    try {
      folder.getFileSystem(model.files().configuration()).delete(folder, true);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }
}
