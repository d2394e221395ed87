package io.espalier.job;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.espalier.prep.ClusterFiles;
import io.espalier.prep.DomainCounts;
import io.espalier.prep.PackedCorpus;
import io.espalier.prep.PackedSplit;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.PreparedDocuments;
import io.espalier.prep.ReadFiles;
import io.espalier.prep.SourcePlan;
import io.espalier.prep.input.InputFile;
import io.espalier.report.ClusterFact;
import io.espalier.report.DataFacts;
import io.espalier.report.DataFacts.LengthFact;
import io.espalier.report.DataFacts.OriginFact;
import io.espalier.report.DataFacts.RejectedExample;
import io.espalier.report.DataFacts.RejectionFact;
import io.espalier.report.DataFacts.SourceFact;
import io.espalier.report.DataFacts.SplitFact;
import io.espalier.report.FileFact;
import io.espalier.report.LanguageFact;
import io.espalier.report.RunFacts;
import io.espalier.report.StageCount;
import io.espalier.table.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** Gathers what the page of a run's data shows, from its tables and what its stages counted. */
final class DescribeData {
  private static final int EXAMPLES = 3;

  /** Enough to see what was rejected. */
  private static final int EXAMPLE_CHARACTERS = 400;

  private static final int ORIGINS = 20;

  private static final List<String> SPLITS = List.of("train", "validation", "test");

  private final Run run;

  DescribeData(Run run) {
    this.run = run;
  }

  /**
   * Everything for the page.
   *
   * @param madeFrom what it stands for, in words
   * @param plan the files that were read
   * @param documents what became of their records
   * @param sequences what became of the documents
   */
  DataFacts of(
      RunFacts facts,
      String madeFrom,
      PreparationPlan plan,
      PreparedDocuments documents,
      PackedCorpus sequences) {
    Dataset<Row> kept = run.table(TableSchema.DOCUMENTS).read(documents.documentsVersion());
    Dataset<Row> rejected = run.table(TableSchema.REJECTIONS).read(documents.rejectionsVersion());
    List<SplitFact> splits = splits(documents, sequences);
    return new DataFacts(
        facts,
        madeFrom,
        documents.stages().stream()
            .map(s -> new StageCount(s.stage(), s.read(), s.kept(), s.rejected()))
            .toList(),
        rejections(documents, rejected),
        splits,
        lengths(kept),
        languages(kept),
        DescribeDuplicates.of(kept, rejected),
        clusters(documents),
        plan.sources().stream().map(DescribeData::source).toList(),
        DescribeLicences.of(run.spark(), plan, documents, kept, splits),
        origins(kept),
        files(plan, rejected),
        Map.of(
            "documents", documents.documentsVersion(),
            "rejections", documents.rejectionsVersion(),
            "sequences", sequences.sequencesVersion()));
  }

  /** In the order of the stages, the most frequent reason of each first. */
  private static List<RejectionFact> rejections(
      PreparedDocuments documents, Dataset<Row> rejected) {
    Map<String, List<RejectedExample>> examples = examples(rejected);
    return documents.stages().stream()
        .flatMap(
            stage ->
                stage.rejected().entrySet().stream()
                    .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                    .map(
                        reason ->
                            new RejectionFact(
                                stage.stage(),
                                reason.getKey(),
                                reason.getValue(),
                                examples.getOrDefault(
                                    stage.stage() + "/" + reason.getKey(), List.of()))))
        .toList();
  }

  /** Some of each stage and reason, the same whenever the same records were rejected. */
  private static Map<String, List<RejectedExample>> examples(Dataset<Row> rejected) {
    var byHash =
        Window.partitionBy("stage", "reason")
            .orderBy(xxhash64(col("id"), col("file"), col("record")), col("id"));
    List<Row> rows =
        rejected
            .select(
                col("stage"),
                col("reason"),
                col("id"),
                col("file"),
                col("record"),
                col("detail"),
                substring(col("text"), 1, EXAMPLE_CHARACTERS).as("beginning"))
            .withColumn("rank", row_number().over(byHash))
            .where(col("rank").leq(lit(EXAMPLES)))
            .orderBy("stage", "reason", "rank")
            .collectAsList();
    Map<String, List<RejectedExample>> examples = new LinkedHashMap<>();
    for (Row row : rows) {
      examples
          .computeIfAbsent(row.getAs("stage") + "/" + row.getAs("reason"), key -> new ArrayList<>())
          .add(
              new RejectedExample(
                  row.getAs("id"),
                  name(row.getAs("file")),
                  row.<Long>getAs("record"),
                  row.getAs("detail"),
                  row.getAs("beginning")));
    }
    return examples;
  }

  /** A file's name with the folder it lies in. */
  private static String name(String uri) {
    int last = uri.lastIndexOf('/');
    return uri.substring(last <= 0 ? 0 : uri.lastIndexOf('/', last - 1) + 1);
  }

  private static List<SplitFact> splits(PreparedDocuments documents, PackedCorpus sequences) {
    return documents.domains().stream()
        .sorted(
            Comparator.comparing(DomainCounts::role)
                .reversed()
                .thenComparing(DomainCounts::domain)
                .thenComparing(counts -> SPLITS.indexOf(counts.split())))
        .map(counts -> split(counts, sequences))
        .toList();
  }

  private static SplitFact split(DomainCounts counts, PackedCorpus sequences) {
    var packed =
        sequences.splits().stream()
            .filter(s -> s.domain().equals(counts.domain()) && s.split().equals(counts.split()))
            .findFirst();
    return new SplitFact(
        counts.domain(),
        counts.role(),
        counts.split(),
        counts.documents(),
        counts.bytes(),
        packed.map(PackedSplit::sequences).orElse(0L),
        packed.map(PackedSplit::predictedTokens).orElse(0L),
        packed.map(PackedSplit::paddingTokens).orElse(0L));
  }

  private static List<LengthFact> lengths(Dataset<Row> documents) {
    Column quantiles =
        percentile_approx(col("bytes"), array(lit(0.05), lit(0.5), lit(0.95)), lit(10_000));
    return documents
        .groupBy("domain")
        .agg(quantiles.as("quantiles"), max("bytes").as("longest"))
        .orderBy("domain")
        .collectAsList()
        .stream()
        .map(
            row -> {
              List<Long> of = row.getList(1);
              return new LengthFact(
                  row.getString(0), of.get(0), of.get(1), of.get(2), row.getLong(2));
            })
        .toList();
  }

  private static List<LanguageFact> languages(Dataset<Row> documents) {
    return documents
        .where(col("language").notEqual(""))
        .groupBy("domain", "language")
        .agg(count(lit(1)).as("documents"), sum("bytes").as("bytes"))
        .orderBy(col("domain"), col("documents").desc(), col("language"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new LanguageFact(
                    row.getString(0), row.getString(1), row.getLong(2), row.getLong(3)))
        .toList();
  }

  private ClusterFact clusters(PreparedDocuments documents) {
    return new ClusterFiles(
            run.spark().sessionState().newHadoopConf(), run.paths(), documents.fingerprint())
        .quality()
        .map(
            quality ->
                new ClusterFact(
                    quality.purity(),
                    quality.normalizedMutualInformation(),
                    quality.balance(),
                    quality.documents()))
        .orElse(ClusterFact.NONE);
  }

  private List<FileFact> files(PreparationPlan plan, Dataset<Row> rejected) {
    return ReadFiles.of(run.spark(), run.paths(), plan, rejected).stream()
        .map(
            file ->
                new FileFact(
                    file.source(),
                    file.path(),
                    file.bytes(),
                    file.sha256(),
                    file.records(),
                    file.kept()))
        .toList();
  }

  private static SourceFact source(SourcePlan source) {
    long newest = source.files().stream().mapToLong(InputFile::modifiedMillis).max().orElseThrow();
    return new SourceFact(
        source.key(),
        source.settings().path(),
        source.files().size(),
        source.bytes(),
        WriteReport.minute(Instant.ofEpochMilli(newest)));
  }

  /** {@code owner/repository:path} counts as its repository, a URI as its host. */
  private static List<OriginFact> origins(Dataset<Row> documents) {
    Column source = col("source");
    Column origin =
        when(source.contains("://"), regexp_extract(source, "^[^:]+://[^/]*", 0))
            .otherwise(regexp_extract(source, "^[^:]*", 0));
    return documents
        .groupBy(origin.as("origin"), col("domain"))
        .agg(count(lit(1)).as("documents"), sum("bytes").as("bytes"))
        .orderBy(col("bytes").desc(), col("origin"), col("domain"))
        .limit(ORIGINS)
        .collectAsList()
        .stream()
        .map(
            row ->
                new OriginFact(row.getString(0), row.getString(1), row.getLong(2), row.getLong(3)))
        .toList();
  }
}
