package io.espalier.job;

import static org.apache.spark.sql.functions.col;

import io.espalier.config.ConfigException;
import io.espalier.forest.Forest;
import io.espalier.prep.AddDocuments;
import io.espalier.prep.AddSequences;
import io.espalier.prep.Addition;
import io.espalier.prep.NewFiles;
import io.espalier.prep.NewFiles.NewFile;
import io.espalier.prep.PreparationListener;
import io.espalier.prep.PreparationPlan;
import io.espalier.report.Phrases;
import io.espalier.table.TableSchema;
import io.espalier.train.DomainSequences;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * The text of an update: which new files it takes in, their way into the tables, and which domains
 * have grown by it.
 */
record UpdateText(Run run, Configuration configuration) {
  /** More than most tokenizers take: text that is short of a batch waits for more. */
  private static final long BYTES_PER_TOKEN = 5;

  /** Decides what a new update takes in: files of domains that have an expert, and enough text. */
  Optional<UpdateBatch> ofNewFiles(List<UpdateBatch> before) {
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
    Forest forest = new ForestTable(run).history().latest();
    List<UpdateBatch.Text> texts = new ArrayList<>();
    byDomain.forEach(
        (domain, files) -> {
          if (forest.expert(domain).isEmpty()) {
            run.listener()
                .message(
                    "%s of %s, which has no expert; forest add makes one"
                        .formatted(counted(files), domain));
          } else if (isEnough(model, files)) {
            texts.add(text(domain, before, files));
          } else {
            run.listener()
                .message(
                    "%s of %s: short of one batch, so that more is waited for"
                        .formatted(counted(files), domain));
          }
        });
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new UpdateBatch(
            before.size() + 1L,
            run.table(TableSchema.DOCUMENTS).latestVersion().orElseThrow(),
            texts));
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

  /** Puts the text into the tables, unless it is there. */
  void takeIn(UpdateBatch batch) {
    batch.texts().forEach(this::takeIn);
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
  Map<String, String> grown(UpdateBatch batch) {
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

  private static String counted(List<NewFile> files) {
    return Phrases.counted(files.size(), "new file");
  }
}
