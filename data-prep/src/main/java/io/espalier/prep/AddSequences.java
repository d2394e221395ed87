package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.PackedSequenceRow;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import io.espalier.text.PackingSettings;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Packs added documents with the run's tokenizer and adds the windows to the table {@code
 * sequences}: files of their own, so that every other split stays what it was.
 */
public final class AddSequences {
  private AddSequences() {}

  /**
   * Adds the windows unless they are there.
   *
   * @throws ConfigException if a split doesn't fill a single window
   */
  public static void run(
      SparkSession spark,
      Addition addition,
      PackingSettings settings,
      TokenizerFile tokenizer,
      RunPaths paths,
      PreparationListener listener) {
    Table<PackedSequenceRow> table =
        Table.at(spark, TableSchema.SEQUENCES, paths.table("sequences"));
    if (table.appendedAs(addition.transactionId()).isPresent()) {
      listener.stageSkipped(
          PackSequences.STAGE, "the windows of %s are ready".formatted(addition.domain()));
      return;
    }
    listener.stageStarted(
        PackSequences.STAGE,
        "%s, windows of %,d tokens".formatted(addition.domain(), settings.sequenceLengthTokens()));
    List<PackedSplit> added = add(spark, addition, settings, tokenizer, paths, table);
    listener.stageFinished(
        PackSequences.STAGE,
        "%,d sequences added".formatted(added.stream().mapToLong(PackedSplit::sequences).sum()));
  }

  private static List<PackedSplit> add(
      SparkSession spark,
      Addition addition,
      PackingSettings settings,
      TokenizerFile file,
      RunPaths paths,
      Table<PackedSequenceRow> table) {
    TableCommit before = table.latestCommit().orElseThrow();
    PackedRows packing;
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      packing = new PackedRows(settings, tokenizer.vocabularySize(), tokenizer.endOfTextId());
    }
    var documents = Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"));
    TableCommit prepared = documents.latestCommit().orElseThrow();
    Dataset<Row> texts = documents.read(prepared.version()).where(isAdded(addition));
    try (var encoded =
        EncodedDocuments.of(
            spark,
            addition.plan(),
            texts,
            Fingerprint.parse(prepared.summary(), PreparedDocuments.class),
            file,
            packing.vocabularySize())) {
      List<StreamTotals> streams = encoded.totals(settings.sequenceLengthTokens());
      streams.forEach(stream -> stream.check(settings));
      var packed = Fingerprint.parse(before.summary(), PackSequences.Summary.class);
      TableCommit commit =
          table.append(
              PackSequences.windows(encoded.dataset(), streams, packing),
              addition.transactionId(),
              before.fingerprint(),
              Fingerprint.json(packed.with(streams)));
      List<PackedSplit> all = PackSequences.result(spark, table, commit, settings).splits();
      return all.stream().filter(split -> isOf(split, streams)).toList();
    }
  }

  private static boolean isOf(PackedSplit split, List<StreamTotals> streams) {
    return streams.stream()
        .anyMatch(stream -> stream.key().equals(List.of(split.domain(), split.split())));
  }

  private static Column isAdded(Addition addition) {
    Column domain = col("domain").equalTo(addition.domain());
    return addition.split().isEmpty()
        ? domain
        : domain.and(col("split").equalTo(lit(addition.split())));
  }
}
