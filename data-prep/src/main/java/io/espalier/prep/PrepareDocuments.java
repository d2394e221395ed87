package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DocumentRow;
import io.espalier.table.HeldRows;
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
 * <p>Files that were read stay read ({@link RecordStore}): a second call reads what is new, and a
 * call after one that was killed goes on with the files that are missing. What compares records is
 * computed anew over all of them, so that the answer is the same as from scratch; the tables are
 * then brought to it, in one commit each, {@code documents} last.
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
    PreparedDocuments prepared = prepare(spark, plan, paths, listener);
    prepared.changes().forEach(change -> listener.message(change.toString()));
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
      SparkSession spark, PreparationPlan plan, RunPaths paths, PreparationListener listener) {
    RecordStore store = RecordStore.of(spark, paths);
    PreparedDocuments prepared;
    Dataset<Row> records = store.read(plan, listener);
    try (HeldRows held = new HeldRows()) {
      ClusterDomains clusters = new ClusterDomains(spark, plan, listener, held);
      Dataset<Row> decided = held.holdOnDisk(Preparation.decide(records, plan, clusters, held));
      Fates fates = Fates.of(decided);
      Optional<String> refusal = fates.tooManyRejected(plan).or(() -> fates.nothingLeft(plan));
      if (refusal.isPresent()) {
        rejections(spark, paths).overwrite(Preparation.rejections(decided), "", "");
        throw new ConfigException(
            "%s; the table %s lists them".formatted(refusal.get(), paths.table("rejections")));
      }
      DocumentSplits splits = Splits.plan(decided, plan, held);
      clusters.write(paths, plan.fingerprint());
      prepared = write(spark, plan, paths, decided, splits, fates);
    }
    store.forgetOthers(plan);
    return prepared;
  }

  /** Rejections first: the commit of the documents is what makes both complete. */
  private static PreparedDocuments write(
      SparkSession spark,
      PreparationPlan plan,
      RunPaths paths,
      Dataset<Row> decided,
      DocumentSplits splits,
      Fates fates) {
    String fingerprint = plan.fingerprint();
    Dataset<Row> documents = Preparation.documents(decided, splits);
    List<SourceCounts> sources = Preparation.sources(decided, splits, plan);
    List<DomainCounts> domains = DomainCounts.of(sources);
    var rejections =
        WholeTable.write(
            rejections(spark, paths),
            Preparation.rejections(decided),
            List.of(),
            fingerprint,
            c -> "");
    var stages = fates.stages(plan.settings());
    var kept =
        WholeTable.write(
            documents(spark, paths),
            documents,
            DomainChange.COLUMNS,
            fingerprint,
            changes ->
                Fingerprint.json(
                    new PreparedDocuments(
                        -1,
                        rejections.commit().version(),
                        fingerprint,
                        stages,
                        domains,
                        plan.recipe(),
                        sources,
                        changes)));
    checkNothingLost(fates, kept.rows(), rejections.rows());
    return result(kept.commit());
  }

  /** Holds the sums against what Delta says the tables have. */
  private static void checkNothingLost(Fates fates, long kept, long rejected) {
    if (kept != fates.kept() || kept + rejected != fates.read()) {
      throw new IllegalStateException(
          "%d records were read and %d of them kept, but there are %d documents and %d rejections"
              .formatted(fates.read(), fates.kept(), kept, rejected));
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
