package io.espalier.job;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.checkpoint.CheckpointCatalogue.Found;
import io.espalier.config.ConfigException;
import io.espalier.forest.Expert;
import io.espalier.forest.ExpertStatus;
import io.espalier.forest.Forest;
import io.espalier.forest.ForestHistory;
import io.espalier.report.Phrases;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.train.BranchState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Column;

/**
 * A domain's expert leaves for good: what descends from it is found by the hashes of all manifests,
 * deleted with its rows and the history of their tables, made again without it where that is asked
 * for, and then everything is looked through again. An interrupted removal goes on when it is
 * started again.
 */
final class RemoveExpert {
  private final Run run;
  private final ForestTable table;
  private final Configuration configuration;

  RemoveExpert(Run run) {
    this.run = run;
    this.table = new ForestTable(run);
    this.configuration = run.spark().sessionState().newHadoopConf();
  }

  /** Makes a version without the domain's expert, which stays on disk. */
  void retire(String domain) {
    ForestHistory history = table.history();
    Forest latest = history.latest();
    if (latest.expert(domain).isEmpty()) {
      throw unknown(domain, history);
    }
    table.add(latest.without(Set.of(domain)), "removed " + domain);
  }

  /**
   * Lists what depends on the domain's experts, and carries out what is asked.
   *
   * @throws ConfigException if the forest never had an expert of the domain, no other one would be
   *     left, or a dependent expert can't be made again
   */
  Removal prove(String domain, Removal.How how) {
    ForestHistory history = table.history();
    if (history.expertsOf(domain).isEmpty()) {
      throw unknown(domain, history);
    }
    Descent descent = Descent.of(run, history, domain);
    boolean gone =
        history.expertsOf(domain).stream().allMatch(e -> e.status() == ExpertStatus.DELETED);
    Set<String> others = descent.otherDomains(history.lastWith(domain));
    Removal found =
        new Removal(
            domain,
            how,
            descent.names(),
            others,
            rows(descent, history),
            descent.seenOtherwise(checkpoint -> hasSeen(checkpoint, domain)),
            documents(domain),
            Optional.empty());
    if (how == Removal.How.LIST) {
      return gone ? proved(found, domain) : found;
    }
    Set<String> leaving = descent.otherDomains(history.latest());
    leaving.add(domain);
    Forest without = history.latest().without(leaving);
    RebuildExperts rebuilding =
        how == Removal.How.REBUILD
            ? RebuildExperts.planned(run, history, descent)
            : RebuildExperts.none(run);
    if (history.latest().active().stream().anyMatch(e -> leaving.contains(e.domain()))) {
      table.add(without, "removed " + String.join(", ", leaving));
    }
    rebuilding.run();
    delete(descent, table.history());
    Pipeline.afterChange(run, how == Removal.How.REBUILD);
    List.of(TableSchema.RESULTS, TableSchema.COMPARISONS).forEach(s -> forgetHistory(s));
    return proved(found, domain);
  }

  private void delete(Descent descent, ForestHistory history) {
    run.listener()
        .stageStarted(
            "remove",
            Phrases.counted(descent.checkpoints().size(), "checkpoint") + " and their rows");
    Forest latest = history.latest();
    Set<String> gone =
        latest.experts().stream()
            .map(Expert::hash)
            .filter(descent.hashes()::contains)
            .collect(Collectors.toSet());
    Forest next = latest.deleting(gone, List.copyOf(descent.hashes()));
    if (!next.experts().equals(latest.experts())) {
      table.add(next, "deleted " + descent.domain() + " and what descends from it");
    }
    descent.checkpoints().forEach(found -> CheckpointCatalogue.delete(configuration, found));
    deleteRows(TableSchema.SCORES, ofHashes(descent.hashes()));
    deleteRows(TableSchema.METRICS, ofNames(descent.names()));
    deleteRows(TableSchema.INTERPOLATIONS, ofEnds(descent.hashes()));
    run.listener()
        .stageFinished("remove", Phrases.counted(descent.checkpoints().size(), "checkpoint"));
  }

  private void forgetHistory(TableSchema<?> schema) {
    if (run.table(schema).latestVersion().isPresent()) {
      run.table(schema).forgetHistory();
    }
  }

  private void deleteRows(TableSchema<?> schema, Column condition) {
    Table<?> rows = run.table(schema);
    if (rows.latestVersion().isPresent()) {
      rows.delete(condition);
      rows.forgetHistory();
    }
  }

  private Removal proved(Removal found, String domain) {
    ForestHistory history = table.history();
    Descent left = Descent.of(run, history, domain);
    List<String> leftovers = new ArrayList<>();
    left.checkpoints()
        .forEach(c -> leftovers.add("checkpoint %s at %s".formatted(c.name(), c.folder())));
    left.catalogue()
        .strays()
        .forEach(
            file ->
                leftovers.add(
                    "%s lies beside no manifest: nobody can say what it descends from"
                        .formatted(file)));
    rows(left, history).stream()
        .filter(rows -> rows.number() > 0)
        .forEach(r -> leftovers.add("%,d rows of the table %s".formatted(r.number(), r.table())));
    long rows = 0;
    int files = 0;
    for (TableSchema<?> schema : tables()) {
      Table<?> each = run.table(schema);
      if (each.latestVersion().isPresent()) {
        rows += each.read(each.latestVersion().getAsLong()).count();
        files += each.dataFiles().size();
        each.filesOfHistory()
            .forEach(f -> leftovers.add("%s is of an older version of its table".formatted(f)));
      }
    }
    Removal.Proof proof =
        new Removal.Proof(left.catalogue().found().size(), rows, files, leftovers);
    return new Removal(
        found.domain(),
        found.how(),
        found.checkpoints(),
        found.experts(),
        found.rows(),
        found.seenBy(),
        found.documents(),
        Optional.of(proof));
  }

  private static List<TableSchema<?>> tables() {
    return List.of(
        TableSchema.SCORES,
        TableSchema.RESULTS,
        TableSchema.COMPARISONS,
        TableSchema.METRICS,
        TableSchema.INTERPOLATIONS);
  }

  private List<Removal.Rows> rows(Descent descent, ForestHistory history) {
    Set<String> figures = new TreeSet<>(descent.hashes());
    figures.addAll(descent.ensembles(history));
    return List.of(
        rows(TableSchema.SCORES, ofHashes(descent.hashes())),
        rows(TableSchema.RESULTS, ofHashes(figures)),
        rows(TableSchema.METRICS, ofNames(descent.names())),
        rows(TableSchema.INTERPOLATIONS, ofEnds(descent.hashes())));
  }

  private Removal.Rows rows(TableSchema<?> schema, Column condition) {
    Table<?> each = run.table(schema);
    long number =
        each.latestVersion().isPresent()
            ? each.read(each.latestVersion().getAsLong()).where(condition).count()
            : 0;
    return new Removal.Rows(schema.name(), number);
  }

  private long documents(String domain) {
    var documents = run.table(TableSchema.DOCUMENTS);
    return documents
        .read(documents.latestVersion().orElseThrow())
        .where(col("domain").equalTo(domain))
        .count();
  }

  private boolean hasSeen(Found checkpoint, String domain) {
    Optional<JsonNode> state =
        CheckpointCatalogue.json(configuration, checkpoint, BranchState.FILE);
    return state.map(BranchState::domainsSeen).orElse(List.of()).contains(domain);
  }

  private static Column ofHashes(Set<String> hashes) {
    return col("checkpoint_hash").isin(hashes.toArray());
  }

  private static Column ofEnds(Set<String> hashes) {
    return col("first_hash").isin(hashes.toArray()).or(col("second_hash").isin(hashes.toArray()));
  }

  private static Column ofNames(Set<String> names) {
    return col("checkpoint").isin(names.toArray());
  }

  private static ConfigException unknown(String domain, ForestHistory history) {
    return new ConfigException(
        "The forest has no expert of %s; its domains are %s"
            .formatted(
                domain,
                history.latest().active().stream()
                    .map(Expert::domain)
                    .collect(Collectors.joining(", "))));
  }
}
