package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.HeldRows;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Adds text to the tables {@code documents} and {@code rejections} of a run that is prepared. What
 * was there stays as it was: a new document that has an old one's text, or nearly so, or shares
 * text with an evaluation document, is rejected where the run's own would be.
 *
 * <p>Can be repeated: what is there already is found, and not added again.
 */
public final class AddDocuments {
  static final String STAGE = "prepare";

  private AddDocuments() {}

  /**
   * Whether this text is in the table.
   *
   * @param paths of the run
   */
  public static boolean isComplete(SparkSession spark, Addition addition, RunPaths paths) {
    return Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"))
        .appendedAs(addition.transactionId())
        .isPresent();
  }

  /**
   * Adds the text unless it is there.
   *
   * @throws ConfigException if nothing of it is kept, or too much is rejected
   */
  public static void run(
      SparkSession spark, Addition addition, RunPaths paths, PreparationListener listener) {
    if (!addNew(spark, addition, paths, listener)) {
      throw new ConfigException(
          "--data %s has no document that this run hasn't got already; new text would work"
              .formatted(addition.plan().sources().get(0).settings().path()));
    }
  }

  /**
   * Adds what is new of the text, unless it is there.
   *
   * @return false if nothing of it is kept: the run has all of it already, or refuses it
   * @throws ConfigException if too much is rejected
   */
  public static boolean addNew(
      SparkSession spark, Addition addition, RunPaths paths, PreparationListener listener) {
    if (isComplete(spark, addition, paths)) {
      listener.stageSkipped(STAGE, "the text of %s is ready".formatted(addition.domain()));
      return true;
    }
    long files = addition.plan().sources().stream().mapToLong(s -> s.files().size()).sum();
    listener.stageStarted(
        STAGE,
        "%,d files, %.1f MB, of %s"
            .formatted(files, addition.plan().bytes() / 1e6, addition.domain()));
    List<DomainCounts> added = add(spark, addition, paths, listener);
    long documents = added.stream().mapToLong(DomainCounts::documents).sum();
    long bytes = added.stream().mapToLong(DomainCounts::bytes).sum();
    listener.stageFinished(
        STAGE, "%,d documents, %.1f MB of text added".formatted(documents, bytes / 1e6));
    return !added.isEmpty();
  }

  private static List<DomainCounts> add(
      SparkSession spark, Addition addition, RunPaths paths, PreparationListener listener) {
    var table = Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"));
    TableCommit before = table.latestCommit().orElseThrow();
    try (HeldRows held = new HeldRows()) {
      var clusters = new ClusterDomains(spark, addition.plan(), listener, held);
      Dataset<Row> ingested = held.holdOnDisk(IngestedRecords.of(spark, addition.plan()));
      var existing = new ExistingDocuments(table.read(before.version()));
      Dataset<Row> decided =
          held.holdOnDisk(
              withoutHeldOut(
                  Preparation.decide(
                      ingested, Optional.of(existing), addition.plan(), clusters, held),
                  addition));
      Fates fates = Fates.of(decided);
      fates.tooManyRejected(addition.plan()).ifPresent(AddDocuments::refuse);
      fates
          .stages(addition.plan().settings())
          .forEach(counts -> listener.message(counts.toString()));
      if (fates.kept() == 0) {
        return List.of();
      }
      return write(spark, addition, paths, decided, before, held);
    }
  }

  /** More training text doesn't take in what its records call validation or test. */
  private static Dataset<Row> withoutHeldOut(Dataset<Row> decided, Addition addition) {
    if (addition.split().isEmpty()
        || addition.plan().settings().split().type() != SplitType.GIVEN) {
      return decided;
    }
    return RejectedRows.mark(
        decided,
        col("reason").equalTo("").and(col("split_order").gt(0)),
        SplitLabels.STAGE,
        "held_out",
        lit("more training text was asked for, and this is held out"));
  }

  private static void refuse(String sentence) {
    throw new ConfigException(sentence);
  }

  private static List<DomainCounts> write(
      SparkSession spark,
      Addition addition,
      RunPaths paths,
      Dataset<Row> decided,
      TableCommit before,
      HeldRows held) {
    Dataset<Row> documents = documents(decided, addition, held);
    List<DomainCounts> counts = Preparation.domains(documents);
    PreparedDocuments known = Fingerprint.parse(before.summary(), PreparedDocuments.class);
    Table.at(spark, TableSchema.REJECTIONS, paths.table("rejections"))
        .append(Preparation.rejections(decided), addition.transactionId());
    Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"))
        .append(
            documents,
            addition.transactionId(),
            before.fingerprint(),
            Fingerprint.json(known.with(counts)));
    return counts;
  }

  private static Dataset<Row> documents(Dataset<Row> decided, Addition addition, HeldRows held) {
    if (addition.split().isEmpty()) {
      return Preparation.documents(decided, Splits.plan(decided, addition.plan(), held));
    }
    PreparationPlan plan = addition.plan();
    return Preparation.documents(decided, SplitPlan.byHash(plan.settings(), plan.seed()))
        .withColumn("split", lit(addition.split()))
        .where(col("domain").equalTo(addition.domain()));
  }
}
