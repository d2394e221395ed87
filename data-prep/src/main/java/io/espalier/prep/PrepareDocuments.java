package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DocumentRow;
import io.espalier.table.RejectionRow;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Raw files → the tables {@code documents} and {@code rejections}: ingest, clean, filter,
 * deduplicate, assign domains, split.
 *
 * <p>Killed at any point, it is run again from the start: the tables appear in one commit each,
 * {@code documents} last, and the rest of a killed run is in no version.
 */
public final class PrepareDocuments {
  static final String STAGE = "prepare";

  private PrepareDocuments() {}

  /**
   * Prepares the documents, unless the same files and settings were prepared already.
   *
   * @throws ConfigException if the settings can't be carried out, or more than the allowed share of
   *     a source's records is rejected (the table {@code rejections} then says which)
   */
  public static PreparedDocuments run(
      SparkSession spark,
      DataSettings settings,
      RunPaths paths,
      long seed,
      PreparationListener listener) {
    var configuration = spark.sessionState().newHadoopConf();
    return run(spark, PreparationPlan.of(configuration, settings, seed), paths, listener);
  }

  /** As above, with a plan that is made and checked already. */
  public static PreparedDocuments run(
      SparkSession spark, PreparationPlan plan, RunPaths paths, PreparationListener listener) {
    Optional<PreparedDocuments> complete = complete(spark, plan, paths);
    if (complete.isPresent()) {
      listener.stageSkipped(STAGE, summary(complete.get()) + " are ready");
      return complete.get();
    }
    long files = plan.sources().stream().mapToLong(source -> source.files().size()).sum();
    listener.stageStarted(
        STAGE,
        "%,d files, %.1f MB, of %d sources"
            .formatted(files, plan.bytes() / 1e6, plan.sources().size()));
    PreparedDocuments prepared = prepare(spark, plan, paths);
    prepared.stages().forEach(counts -> listener.message(counts.toString()));
    listener.stageFinished(STAGE, summary(prepared));
    return prepared;
  }

  /** The result of an earlier run with the same files and settings. */
  public static Optional<PreparedDocuments> complete(
      SparkSession spark, PreparationPlan plan, RunPaths paths) {
    return documents(spark, paths).completedWith(plan.fingerprint()).map(PrepareDocuments::result);
  }

  private static PreparedDocuments prepare(
      SparkSession spark, PreparationPlan plan, RunPaths paths) {
    try (IngestedRecords ingested = IngestedRecords.of(spark, plan)) {
      Dataset<Row> decided = Preparation.decide(ingested.dataset(), plan);
      Fates fates = Fates.of(decided);
      Optional<String> tooMany = fates.tooManyRejected(plan);
      if (tooMany.isPresent()) {
        rejections(spark, paths).overwrite(Preparation.rejections(decided), "", "");
        throw new ConfigException(
            "%s; the table %s lists them".formatted(tooMany.get(), paths.table("rejections")));
      }
      SplitPlan splits = Splits.plan(decided, plan);
      return write(spark, plan, paths, decided, splits, fates);
    }
  }

  /** Rejections first: the commit of the documents is what makes both complete. */
  private static PreparedDocuments write(
      SparkSession spark,
      PreparationPlan plan,
      RunPaths paths,
      Dataset<Row> decided,
      SplitPlan splits,
      Fates fates) {
    String fingerprint = plan.fingerprint();
    Dataset<Row> documents = Preparation.documents(decided, splits);
    List<DomainCounts> domains = Preparation.domains(documents);
    TableCommit rejected =
        rejections(spark, paths).overwrite(Preparation.rejections(decided), fingerprint, "");
    var stages = fates.stages(plan.settings().deduplicate());
    var prepared = new PreparedDocuments(-1, rejected.version(), fingerprint, stages, domains);
    TableCommit kept =
        documents(spark, paths).overwrite(documents, fingerprint, Fingerprint.json(prepared));
    checkNothingLost(fates, kept, rejected);
    return prepared.at(kept.version());
  }

  /** Holds the sums against what Delta says it wrote. */
  private static void checkNothingLost(Fates fates, TableCommit kept, TableCommit rejected) {
    if (kept.rows() != fates.kept() || kept.rows() + rejected.rows() != fates.read()) {
      throw new IllegalStateException(
          "%d records were read and %d of them kept, but %d documents and %d rejections written"
              .formatted(fates.read(), fates.kept(), kept.rows(), rejected.rows()));
    }
  }

  private static PreparedDocuments result(TableCommit commit) {
    return Fingerprint.parse(commit.summary(), PreparedDocuments.class).at(commit.version());
  }

  private static String summary(PreparedDocuments prepared) {
    long documents = prepared.domains().stream().mapToLong(DomainCounts::documents).sum();
    long bytes = prepared.domains().stream().mapToLong(DomainCounts::bytes).sum();
    return "%,d documents, %.1f MB of text, in %d training and %d evaluation domains"
        .formatted(
            documents,
            bytes / 1e6,
            prepared.domains(Role.TRAINING).size(),
            prepared.domains(Role.EVALUATION).size());
  }

  private static Table<DocumentRow> documents(SparkSession spark, RunPaths paths) {
    return Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"));
  }

  private static Table<RejectionRow> rejections(SparkSession spark, RunPaths paths) {
    return Table.at(spark, TableSchema.REJECTIONS, paths.table("rejections"));
  }
}
