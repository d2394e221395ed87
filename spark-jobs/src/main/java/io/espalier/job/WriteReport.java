package io.espalier.job;

import static org.apache.spark.sql.functions.col;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import io.espalier.report.CheckpointNode;
import io.espalier.report.LedgerEntry;
import io.espalier.report.PosteriorExample;
import io.espalier.report.Report;
import io.espalier.report.ReportData;
import io.espalier.report.ResultsJson;
import io.espalier.report.RunFacts;
import io.espalier.report.StageCount;
import io.espalier.report.TrainingPoint;
import io.espalier.table.LedgerRow;
import io.espalier.table.SequenceRow;
import io.espalier.table.TableSchema;
import io.espalier.table.TextFile;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import io.espalier.train.TokenType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/** Gathers what a report shows from the run's tables and checkpoints, and writes it. */
final class WriteReport {
  /** Text along which the posterior is drawn: enough to see it settle, little enough to read. */
  private static final int EXAMPLE_TOKENS = 96;

  private static final int EXAMPLES = 3;

  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Run run;
  private final RunModel model;

  WriteReport(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * Writes {@code index.html} and {@code results.json}.
   *
   * @return where the page lies
   */
  String write(
      List<Result> results,
      List<Comparison> comparisons,
      List<ScoredModel> models,
      List<StageCount> preparation) {
    run.listener().stageStarted("report", "one page that needs no network");
    ReportData data =
        new ReportData(
            facts(),
            results,
            metrics(),
            ledger(),
            preparation,
            checkpoints(models),
            tableVersions(),
            examples(models),
            comparisons,
            InterpolateCheckpoints.recorded(run));
    write("results.json", ResultsJson.of(results, comparisons));
    String page = write("index.html", Report.html(data));
    run.listener().stageFinished("report", RunPaths.shown(page));
    return page;
  }

  /** A time as people read it. */
  static String minute(Instant time) {
    return MINUTE.format(time);
  }

  /** What was run, when and where. */
  RunFacts facts() {
    return facts(run, new ForestTable(run).history().latest().version());
  }

  /**
   * The same for a page that isn't about models.
   *
   * @param forestVersion 0 = there is no forest
   */
  static RunFacts facts(Run run, long forestVersion) {
    return new RunFacts(
        run.experiment().name(),
        minute(Instant.now()),
        CodeVersion.current().shortened(),
        "%s, %d slots, Java %s, %s"
            .formatted(
                run.spark().sparkContext().master(),
                run.slots(),
                Runtime.version().feature(),
                System.getProperty("os.arch")),
        forestVersion,
        run.experiment().yaml());
  }

  private List<TrainingPoint> metrics() {
    var table = run.table(TableSchema.METRICS);
    return table.collect(table.latestVersion().orElseThrow()).stream()
        .filter(row -> !row.checkpoint().startsWith(Result.TRIALS))
        .filter(row -> row.decision().isEmpty())
        .map(
            row ->
                new TrainingPoint(
                    row.checkpoint(), row.step(), row.tokens(), row.loss(), row.learningRate()))
        .sorted(Comparator.comparing(TrainingPoint::checkpoint).thenComparing(TrainingPoint::step))
        .toList();
  }

  /** In the order in which the work was begun. */
  private List<LedgerEntry> ledger() {
    var table = run.table(TableSchema.LEDGER);
    return table.collect(table.latestVersion().orElseThrow()).stream()
        .filter(row -> !row.checkpoint().startsWith(Result.TRIALS))
        .sorted(Comparator.comparing(LedgerRow::startedAt))
        .map(
            row ->
                new LedgerEntry(
                    row.stage(),
                    row.domain().isEmpty() ? row.checkpoint() : row.domain(),
                    row.attempt(),
                    row.device(),
                    row.deviceSeconds(),
                    row.cpuSeconds(),
                    row.flops(),
                    row.tokens(),
                    row.bytesCommunicated(),
                    row.wallSeconds(),
                    row.idleSlotSeconds(),
                    row.bytesRead()))
        .toList();
  }

  private List<CheckpointNode> checkpoints(List<ScoredModel> models) {
    List<CheckpointNode> nodes = new ArrayList<>();
    for (ScoredModel scored : models) {
      Checkpoint checkpoint =
          model.files().checkpoints(scored.checkpoint()).all().stream()
              .filter(c -> c.hash().equals(scored.hash()))
              .findFirst()
              .orElseThrow();
      var provenance = checkpoint.manifest().provenance();
      nodes.add(
          new CheckpointNode(
              scored.checkpoint(),
              checkpoint.step(),
              scored.hash(),
              provenance.parents().stream().map(ParentCheckpoint::name).toList(),
              provenance.tableVersions().getOrDefault("sequences", -1L)));
    }
    return nodes;
  }

  /** The newest version of each table. */
  Map<String, Long> tableVersions() {
    Map<String, Long> versions = new TreeMap<>();
    for (TableSchema<?> schema : TableSchema.all()) {
      run.table(schema).latestVersion().ifPresent(v -> versions.put(schema.name(), v));
    }
    return versions;
  }

  /** The first test sequence of a training domain and of two evaluation domains. */
  private List<PosteriorExample> examples(List<ScoredModel> models) {
    List<String> domains = new ArrayList<>();
    Map<String, String> roles = new TreeMap<>(model.roles());
    roles.forEach((domain, role) -> addIf(role.equals(Result.EVALUATION), domain, domains, 2));
    roles.forEach((domain, role) -> addIf(role.equals(Result.TRAINING), domain, domains, EXAMPLES));
    List<PosteriorExample> examples = new ArrayList<>();
    try (Tokenizer tokenizer =
        RunModel.openTokenizer(run.paths().tokenizer(), run.hadoopSettings())) {
      domains.forEach(domain -> example(domain, models, tokenizer, examples));
    }
    return examples;
  }

  private static void addIf(boolean fits, String domain, List<String> domains, int atMost) {
    if (fits && domains.size() < atMost) {
      domains.add(domain);
    }
  }

  private void example(
      String domain, List<ScoredModel> models, Tokenizer tokenizer, List<PosteriorExample> into) {
    Map<String, float[]> scores = new TreeMap<>();
    var table = run.table(TableSchema.SCORES);
    Object[] hashes =
        models.stream().filter(ScoredModel::isExpert).map(ScoredModel::hash).toArray();
    for (Row row :
        table
            .read(table.latestVersion().orElseThrow())
            .where(col("domain").equalTo(domain).and(col("split").equalTo(Result.TEST_SPLIT)))
            .where(col("sequence_id").equalTo(0).and(col("checkpoint_hash").isin(hashes)))
            .collectAsList()) {
      scores.put(
          row.<String>getAs("checkpoint").replaceFirst("^expert/", ""),
          floats(row.getAs("log_probabilities")));
    }
    if (scores.isEmpty()) {
      return;
    }
    int tokens =
        Math.min(EXAMPLE_TOKENS, scores.values().stream().mapToInt(s -> s.length).min().orElse(0));
    float[][] rows =
        scores.values().stream().map(s -> Arrays.copyOf(s, tokens)).toArray(float[][]::new);
    double[] uniform = new double[rows.length];
    Arrays.fill(uniform, -Math.log(rows.length));
    into.add(
        PosteriorExample.of(
            domain,
            Result.TEST_SPLIT,
            0,
            "uniform_prior",
            tokensOf(domain, tokens, tokenizer),
            List.copyOf(scores.keySet()),
            new Ensemble(Posterior.FULL_CONTEXT, 0).logPosterior(uniform, rows)));
  }

  /** The predicted tokens of a domain's first test sequence, as text. */
  private List<String> tokensOf(String domain, int tokens, Tokenizer tokenizer) {
    RunFiles files = model.files();
    var table =
        io.espalier.table.PinnedSequences.open(
            run.paths().table("sequences"), files.sequencesVersion(), files.hadoopSettings());
    try (var reader = table.read(domain, Result.TEST_SPLIT)) {
      SequenceRow row = reader.next();
      int[] ids = TokenBytes.unpack(row.tokens(), TokenType.of(tokenizer.vocabularySize()).bytes());
      return Arrays.stream(ids, 1, tokens + 1)
          .mapToObj(id -> tokenizer.decode(new int[] {id}))
          .toList();
    }
  }

  private String write(String name, String text) {
    return write(run, name, text);
  }

  /** Writes a file of the report; returns where it lies. */
  static String write(Run run, String name, String text) {
    Path path = new Path(run.paths().report(), name);
    TextFile.write(run.spark().sessionState().newHadoopConf(), path, text);
    return path.toString();
  }

  private static float[] floats(byte[] packed) {
    float[] values = new float[packed.length / Float.BYTES];
    ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
