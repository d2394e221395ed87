package io.espalier.job;

import static org.apache.spark.sql.functions.col;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.Expert;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.prep.AddDocuments;
import io.espalier.prep.AddSequences;
import io.espalier.prep.Addition;
import io.espalier.prep.NewFiles;
import io.espalier.prep.NewFiles.NewFile;
import io.espalier.prep.PreparationListener;
import io.espalier.prep.PreparationPlan;
import io.espalier.table.TableSchema;
import io.espalier.train.DomainSequences;
import io.espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  /** More than most tokenizers take: text that is short of a batch waits for more. */
  private static final long BYTES_PER_TOKEN = 5;

  private final Run run;
  private final Configuration configuration;
  private final ForestTable table;

  UpdateForest(Run run) {
    this.run = run;
    this.configuration = run.spark().sessionState().newHadoopConf();
    this.table = new ForestTable(run);
  }

  /**
   * Goes on with an update that isn't through, else begins one, if there are new files. One at a
   * time: the run's lease is taken before.
   */
  Update update() {
    List<UpdateBatch> batches = UpdateBatch.all(configuration, run.paths());
    Optional<UpdateBatch> batch =
        batches.stream()
            .filter(each -> each.outcome(configuration, run.paths()).isEmpty())
            .findFirst()
            .or(() -> begin(batches));
    if (batch.isEmpty()) {
      run.listener().stageSkipped(STAGE, "no new text");
      return Update.nothingNew(settings().margin(), table.history().latest().version());
    }
    Update outcome = carryOut(batch.get());
    batch.get().end(configuration, run.paths(), outcome);
    return outcome;
  }

  private UpdateSettings settings() {
    return run.settings().update();
  }

  /** Decides what a new update takes in: files of domains that have an expert, and enough text. */
  private Optional<UpdateBatch> begin(List<UpdateBatch> before) {
    Set<String> taken =
        before.stream()
            .flatMap(batch -> batch.texts().stream())
            .flatMap(text -> text.readings().stream())
            .collect(Collectors.toCollection(HashSet::new));
    PreparationPlan plan =
        PreparationPlan.of(configuration, run.settings().data(), run.settings().seed());
    Map<String, List<NewFile>> byDomain =
        NewFiles.of(run.spark(), plan, run.paths(), taken).stream()
            .collect(Collectors.groupingBy(NewFile::domain, TreeMap::new, Collectors.toList()));
    RunModel model = RunModel.of(run);
    Forest forest = table.history().latest();
    List<UpdateBatch.Text> texts = new ArrayList<>();
    byDomain.forEach(
        (domain, files) -> {
          if (forest.expert(domain).isEmpty()) {
            run.listener()
                .message(
                    "%d new files of %s, which has no expert; forest add makes one"
                        .formatted(files.size(), domain));
          } else if (isEnough(model, files)) {
            texts.add(text(domain, before, files));
          } else {
            run.listener()
                .message(
                    "%d new files of %s are short of one batch and wait for more"
                        .formatted(files.size(), domain));
          }
        });
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    UpdateBatch batch =
        new UpdateBatch(
            before.size() + 1L,
            run.table(TableSchema.DOCUMENTS).latestVersion().orElseThrow(),
            texts);
    batch.begin(configuration, run.paths());
    return Optional.of(batch);
  }

  private boolean isEnough(RunModel model, List<NewFile> files) {
    long tokens =
        (long) model.planner().expertBatchSequences()
            * run.settings().packing().sequenceLengthTokens();
    return files.stream().mapToLong(NewFile::bytes).sum() >= tokens * BYTES_PER_TOKEN;
  }

  private static UpdateBatch.Text text(
      String domain, List<UpdateBatch> before, List<NewFile> files) {
    return new UpdateBatch.Text(
        domain,
        DomainSequences.TRAINING + "-u" + (before.size() + 1),
        files.stream().map(NewFile::uri).toList(),
        files.stream().map(NewFile::reading).toList());
  }

  private Update carryOut(UpdateBatch batch) {
    batch.texts().forEach(this::takeIn);
    Map<String, String> grown = grown(batch);
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

  /** Puts the text of one domain into the tables, unless it is there. */
  private void takeIn(UpdateBatch.Text text) {
    PreparationListener listener = PrepareText.listener(run.listener());
    Addition addition =
        Addition.ofFiles(
            configuration,
            run.settings().data(),
            run.settings().seed(),
            text.domain(),
            Set.copyOf(text.files()),
            text.split());
    requireUnchanged(text, addition);
    if (!AddDocuments.addNew(run.spark(), addition, run.paths(), listener)) {
      run.listener().message("nothing of the new text of %s is new".formatted(text.domain()));
      return;
    }
    AddSequences.run(
        run.spark(),
        addition,
        run.settings().packing(),
        RunModel.tokenizer(run.paths().tokenizer(), run.hadoopSettings()),
        run.paths(),
        listener);
  }

  private void requireUnchanged(UpdateBatch.Text text, Addition addition) {
    PreparationPlan plan =
        PreparationPlan.of(configuration, run.settings().data(), run.settings().seed());
    Set<String> unchanged =
        NewFiles.of(run.spark(), plan, run.paths(), Set.of()).stream()
            .map(NewFile::reading)
            .collect(Collectors.toSet());
    if (!unchanged.containsAll(text.readings())
        && !AddDocuments.isComplete(run.spark(), addition, run.paths())) {
      throw new ConfigException(
          "Files of %s have changed or gone since an update began with them (%s); putting them back would work"
              .formatted(text.domain(), text.files().get(0)));
    }
  }

  /** Domain → split of those that got documents, and enough windows for one batch. */
  private Map<String, String> grown(UpdateBatch batch) {
    RunModel model = RunModel.of(run);
    Map<String, String> splits =
        batch.texts().stream()
            .collect(Collectors.toMap(UpdateBatch.Text::domain, UpdateBatch.Text::split));
    Map<String, String> grown = new TreeMap<>();
    run.table(TableSchema.DOCUMENTS)
        .addedSince(batch.documentsVersion())
        .where(col("split").isin(splits.values().toArray()))
        .select("domain")
        .distinct()
        .collectAsList()
        .forEach(row -> grown.put(row.getString(0), splits.getOrDefault(row.getString(0), "")));
    grown
        .entrySet()
        .removeIf(
            entry ->
                model.sequences(entry.getKey(), entry.getValue())
                    < model.planner().expertBatchSequences());
    return grown;
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
