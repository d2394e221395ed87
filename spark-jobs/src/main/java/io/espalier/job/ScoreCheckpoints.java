package io.espalier.job;

import io.espalier.evaluate.ScoredModel;
import io.espalier.report.Phrases;
import io.espalier.table.LedgerRow;
import io.espalier.table.RecordRows;
import io.espalier.table.ScoreRow;
import io.espalier.table.SequenceCounts;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.EvenSample;
import io.espalier.train.TokenType;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Asks checkpoints for the log-probability of every token of the validation and test splits, once;
 * every later figure is arithmetic on the table scores.
 *
 * <p>Checkpoints are scored in waves that fill the slots, one commit each, so that an interrupted
 * run loses one wave at most.
 */
final class ScoreCheckpoints {
  private static final String STAGE = "score";

  /** What a core scores in half a minute with a small model; large ones fill a wave alone. */
  private static final long WAVE_TOKENS_PER_SLOT = 500_000;

  private final Run run;
  private final RunModel model;
  private final Table<ScoreRow> scores;
  private final BiPredicate<ScoredModel, String> asked;
  private final SameText sameText;

  /** Asks about every domain. */
  ScoreCheckpoints(Run run, RunModel model) {
    this(run, model, (scored, domain) -> true);
  }

  /**
   * @param asked whether a checkpoint is asked about a domain; a merge for one target is asked
   *     about no other in any case
   */
  ScoreCheckpoints(Run run, RunModel model, BiPredicate<ScoredModel, String> asked) {
    this.run = run;
    this.model = model;
    this.scores = run.table(TableSchema.SCORES);
    this.asked = asked;
    this.sameText = SameText.of(run);
  }

  /**
   * Scores what isn't scored yet: of a checkpoint, the domains that it wasn't asked about.
   *
   * @return the version of the scores table that has all of them
   */
  long score(List<ScoredModel> models) {
    Set<List<String>> known = scored();
    List<ScoreTask> missing =
        models.stream()
            .map(m -> task(m, known, 1))
            .filter(task -> !task.splits().isEmpty())
            .toList();
    if (missing.isEmpty()) {
      run.listener().stageSkipped(STAGE, "complete: " + models.size() + " checkpoints");
    } else {
      scoreInWaves(missing);
    }
    return scores
        .latestVersion()
        .orElseThrow(() -> new IllegalStateException("Nothing was scored"));
  }

  private void scoreInWaves(List<ScoreTask> missing) {
    long tokens = missing.stream().mapToLong(ScoreTask::tokens).sum();
    run.listener()
        .stageStarted(
            STAGE,
            String.format(
                Locale.ROOT,
                "%s, %,d tokens forward",
                Phrases.counted(missing.size(), "checkpoint"),
                tokens));
    missing.forEach(this::announce);
    long start = System.nanoTime();
    for (int first = 0; first < missing.size(); ) {
      int next = endOfWave(missing, first);
      scoreWave(missing.subList(first, next));
      first = next;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    run.listener()
        .stageFinished(
            STAGE,
            String.format(Locale.ROOT, "%,d tokens, %,.0f tokens/s", tokens, tokens / seconds));
  }

  /** At least as many as there are slots, and as many more as make a commit worth its time. */
  private int endOfWave(List<ScoreTask> missing, int first) {
    int next = first;
    long tokens = 0;
    while (next < missing.size()
        && (next - first < run.slots() || tokens < run.slots() * WAVE_TOKENS_PER_SLOT)) {
      tokens += missing.get(next).tokens();
      next++;
    }
    return next;
  }

  /** So that what waits for its wave counts from the beginning. */
  private void announce(ScoreTask task) {
    run.listener().progress(STAGE, task.model().checkpoint(), 0, task.tokens(), "tokens", "");
  }

  private void scoreWave(List<ScoreTask> wave) {
    int threads = run.coresForEachOf(wave.size());
    List<ScoreTask> tasks =
        wave.stream()
            .map(task -> task.with(threads))
            .sorted(Comparator.comparingLong(ScoreTask::sequences).reversed())
            .toList();
    SparkContext context = run.spark().sparkContext();
    context.setJobDescription(STAGE);
    CollectionAccumulator<ScoreTask.Cost> costs = context.collectionAccumulator("cost of scoring");
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(context)
            .parallelize(tasks, tasks.size())
            .flatMap(task -> task.score(costs::add).stream().map(RecordRows::toRow).iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      SlotMeter.holding(context, threads, rows::count);
      String transaction =
          STAGE + "/" + wave.stream().map(ScoreCheckpoints::named).collect(Collectors.joining("/"));
      // The ledger comes first: scores without a row there would never get one. A run that is
      // killed in between scores once more, and that is not counted twice.
      run.table(TableSchema.LEDGER).append(ledger(tasks, costs.value()), transaction);
      scores.append(run.spark().createDataFrame(rows, scores.columns()), transaction);
    } finally {
      rows.unpersist(false);
    }
  }

  /** One row per task; where Spark repeated a task, the cost of its last attempt. */
  private List<LedgerRow> ledger(List<ScoreTask> tasks, List<ScoreTask.Cost> costs) {
    Map<String, ScoreTask.Cost> costOf =
        costs.stream().collect(Collectors.toMap(ScoreTask.Cost::checkpoint, c -> c, (a, b) -> b));
    return tasks.stream()
        .map(task -> ledgerRow(task, Objects.requireNonNull(costOf.get(task.model().checkpoint()))))
        .toList();
  }

  private LedgerRow ledgerRow(ScoreTask task, ScoreTask.Cost cost) {
    double forwardFlopsPerToken = model.spec().trainingFlopsPerToken(false) / 3;
    return new LedgerRow(
            STAGE,
            task.model().checkpoint(),
            "",
            0,
            cost.device(),
            Instant.now(),
            cost.deviceSeconds(),
            cost.cpuSeconds(),
            forwardFlopsPerToken * task.tokens(),
            task.tokens(),
            0)
        .reading(task.tokens() * TokenType.of(model.spec().vocabularySize()).bytes());
  }

  /** What was asked: who asks the same checkpoint about other domains makes another commit. */
  private static String named(ScoreTask task) {
    return task.model().hash()
        + task.splits().stream()
            .map(s -> "," + s.domain() + ":" + s.split())
            .collect(Collectors.joining());
  }

  private ScoreTask task(ScoredModel scored, Set<List<String>> known, int threads) {
    ExperimentSettings settings = run.settings();
    List<ScoreTask.Split> splits =
        model.counts().stream()
            .filter(c -> RunModel.isScored(c.split()))
            .filter(c -> isTarget(scored, c.domain()) && asked.test(scored, c.domain()))
            .filter(c -> !known.contains(key(scored, c.domain(), c.split())))
            .map(c -> new ScoreTask.Split(c.domain(), c.split(), sample(c)))
            .toList();
    return new ScoreTask(
        model.files(),
        model.spec(),
        scored,
        splits,
        settings.training().precision(),
        settings.training().device(),
        settings.scoring().batchSequences(),
        threads);
  }

  private EvenSample sample(SequenceCounts counts) {
    return run.settings().scoring().sample(counts.sequences());
  }

  /** A merge for one target domain is asked about that domain alone. */
  private static boolean isTarget(ScoredModel scored, String domain) {
    String[] parts = scored.checkpoint().replaceFirst("^trials/[^/]+/", "").split("/", -1);
    return !parts[0].equals("merged") || parts.length < 3 || parts[2].equals(domain);
  }

  /** Checkpoint, hash, domain and split of what is scored and still the same text. */
  private Set<List<String>> scored() {
    if (scores.latestVersion().isEmpty()) {
      return Set.of();
    }
    List<Row> rows =
        scores
            .read(scores.latestVersion().getAsLong())
            .select("checkpoint", "checkpoint_hash", "domain", "split", "sequences_version")
            .distinct()
            .collectAsList();
    Set<List<String>> known = new HashSet<>();
    for (Row row : rows) {
      if (sameText.since(row.getLong(4), row.getString(2), row.getString(3))) {
        known.add(
            key(
                new ScoredModel(row.getString(0), row.getString(1)),
                row.getString(2),
                row.getString(3)));
      }
    }
    return known;
  }

  private static List<String> key(ScoredModel scored, String domain, String split) {
    return List.of(scored.checkpoint(), scored.hash(), domain, split);
  }
}
