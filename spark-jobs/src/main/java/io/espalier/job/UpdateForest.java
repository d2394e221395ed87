package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.Expert;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * New files of the run's own sources become training text: the experts of the domains that grew go
 * on with it, and where the forest is better with them on the same test text as before, they take
 * their predecessors' place. What was decided is written down first, and every step can be
 * repeated, so an update that was killed goes on where it was.
 */
final class UpdateForest {
  private static final String STAGE = "update";

  private final Run run;
  private final Configuration configuration;
  private final ForestTable table;
  private final UpdateText text;

  UpdateForest(Run run) {
    this.run = run;
    this.configuration = run.spark().sessionState().newHadoopConf();
    this.table = new ForestTable(run);
    this.text = new UpdateText(run, configuration);
  }

  /** Goes on with an update that isn't through, else begins one, if there are new files. */
  Update update() {
    if (next().isEmpty()) {
      run.listener().stageSkipped(STAGE, "no new text");
      return Update.nothingNew(settings().margin(), table.history().latest().version());
    }
    // Who begins a stage has the run for itself from then on; before, another may have been faster.
    run.listener().stageStarted(STAGE, "new files of the run's sources");
    Update outcome =
        next()
            .map(this::through)
            .orElseGet(
                () -> Update.nothingNew(settings().margin(), table.history().latest().version()));
    run.listener().stageFinished(STAGE, outcome.toText());
    return outcome;
  }

  private Update through(UpdateBatch batch) {
    batch.begin(configuration, run.paths());
    Update outcome = carryOut(batch);
    batch.end(configuration, run.paths(), outcome);
    return outcome;
  }

  /** The update that isn't through, or one of what is new; writes nothing. */
  private Optional<UpdateBatch> next() {
    List<UpdateBatch> batches = UpdateBatch.all(configuration, run.paths());
    return batches.stream()
        .filter(each -> each.outcome(configuration, run.paths()).isEmpty())
        .findFirst()
        .or(() -> text.ofNewFiles(batches));
  }

  private UpdateSettings settings() {
    return run.settings().update();
  }

  private Update carryOut(UpdateBatch batch) {
    text.takeIn(batch);
    Map<String, String> grown = text.grown(batch);
    ForestHistory history = table.history();
    if (grown.isEmpty()) {
      return new Update(
          Update.Outcome.NOTHING_NEW,
          batch.number(),
          batch.files(),
          List.of(),
          0,
          0,
          settings().margin(),
          history.latest().version());
    }
    List<Expert> recorded = recorded(history, grown);
    List<Expert> candidates = recorded.isEmpty() ? train(history, grown) : recorded;
    Forest before = before(history, candidates);
    double now = perplexity(before.active());
    double then = perplexity(before.with(candidates).active());
    boolean better = 1 - then / now > settings().margin();
    if (recorded.isEmpty()) {
      table.add(
          better ? before.with(candidates) : before.proposing(candidates),
          "update %d of %s: perplexity %.2f → %.2f"
              .formatted(batch.number(), String.join(", ", grown.keySet()), now, then));
    }
    // A promotion that was recorded holds, whatever the margin is now.
    boolean promoted = recorded.isEmpty() ? better : recorded.get(0).isActive();
    if (promoted) {
      Pipeline.afterChange(run, true);
    }
    return new Update(
        promoted ? Update.Outcome.PROMOTED : Update.Outcome.KEPT,
        batch.number(),
        batch.files(),
        List.copyOf(grown.keySet()),
        now,
        then,
        settings().margin(),
        table.history().latest().version());
  }

  /** Experts of this update that an earlier attempt has put into the forest: all, or none. */
  private static List<Expert> recorded(ForestHistory history, Map<String, String> grown) {
    return history.latest().experts().stream()
        .filter(
            expert ->
                expert
                    .branchPoint()
                    .equals(GrowForest.GOES_ON + grown.getOrDefault(expert.domain(), "?")))
        .toList();
  }

  /** The forest as it was when the candidates were made. */
  private static Forest before(ForestHistory history, List<Expert> candidates) {
    Set<String> hashes = candidates.stream().map(Expert::hash).collect(Collectors.toSet());
    return history.versions().stream()
        .map(version -> version.forest())
        .filter(forest -> forest.experts().stream().noneMatch(e -> hashes.contains(e.hash())))
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private List<Expert> train(ForestHistory history, Map<String, String> grown) {
    RunModel model = RunModel.of(run);
    Map<String, TrainingPlan> plans = new LinkedHashMap<>();
    grown.forEach(
        (domain, split) ->
            plans.put(
                domain,
                GrowForest.goingOn(
                    model,
                    history,
                    history.newestOf(domain).orElseThrow(),
                    split,
                    settings().steps())));
    TrainModels.of(run).train("train-experts", List.copyOf(plans.values()));
    List<Expert> candidates = new ArrayList<>();
    for (TrainingPlan plan : plans.values()) {
      Checkpoint trained = model.files().checkpoints(plan.checkpoint()).at(plan.lastStep());
      String domain = plan.domains().get(0).domain();
      candidates.add(
          RecordForest.expert(
              plan.checkpoint(),
              domain,
              trained,
              GrowForest.GOES_ON + grown.getOrDefault(domain, "")));
    }
    return candidates;
  }

  /** Of the ensemble of these experts: mean over the training domains on the test text. */
  private double perplexity(List<Expert> experts) {
    RunModel model = RunModel.of(run);
    List<ScoredModel> scored =
        experts.stream().map(e -> new ScoredModel(e.checkpoint(), e.hash())).toList();
    long version = new ScoreCheckpoints(run, model).score(scored);
    return EvaluateForest.run(run, version, scored, model.roles()).stream()
        .filter(result -> result.model().equals(settings().model()))
        .filter(result -> result.metric().equals(Result.PERPLEXITY))
        .filter(result -> result.split().equals(Result.TEST_SPLIT))
        .filter(result -> result.role().equals(Result.TRAINING) && !result.isMean())
        .mapToDouble(Result::value)
        .average()
        .orElseThrow(
            () ->
                new ConfigException(
                    "update.model is %s but there is no such figure; a member of evaluation.ensembles would work"
                        .formatted(settings().model())));
  }
}
