package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DeltaSession;
import io.espalier.table.PackedSequenceRow;
import io.espalier.table.PinnedSequences;
import io.espalier.table.RecordRows;
import io.espalier.table.SequenceCounts;
import io.espalier.table.Table;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import io.espalier.text.PackingMethod;
import io.espalier.text.PackingSettings;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code documents} and the tokenizer → the table {@code sequences}: documents are encoded on all
 * cores, then each split of each domain is packed by one task, the longest first. The order of
 * documents in a stream is that of a hash of their ids.
 *
 * <p>Where the table has windows already, only the splits whose documents have changed are packed,
 * and only their data files are replaced ({@link Repacking}).
 */
public final class PackSequences {
  static final String STAGE = "pack";

  /** Raised whenever the same documents, tokenizer and settings give other windows than before. */
  private static final int FORMAT_VERSION = 1;

  /** What is kept with the commit: what went in. What came out is in the table itself. */
  record Summary(List<StreamTotals> streams, String recipe, List<StreamDigest> digests) {
    Summary {
      streams = List.copyOf(streams);
      recipe = Objects.requireNonNullElse(recipe, "");
      digests = List.copyOf(Objects.requireNonNullElse(digests, List.of()));
    }

    /** The same with more streams, of whose documents nothing is noted. */
    Summary with(List<StreamTotals> added) {
      List<StreamTotals> all = new ArrayList<>(streams);
      all.addAll(added);
      return new Summary(all, recipe, digests);
    }
  }

  private PackSequences() {}

  /**
   * Packs the sequences, unless they were packed from the same documents with the same tokenizer
   * and settings already.
   *
   * @param plan whose text became the documents; corpora that are tokens already are read here
   * @throws ConfigException if a split of a domain doesn't fill a single window
   */
  public static PackedCorpus run(
      SparkSession spark,
      PreparationPlan plan,
      PackingSettings settings,
      TokenizerFile tokenizer,
      RunPaths paths,
      PreparedDocuments documents,
      PreparationListener listener) {
    String fingerprint = fingerprint(settings, tokenizer, documents);
    Table<PackedSequenceRow> table =
        Table.at(spark, TableSchema.SEQUENCES, paths.table("sequences"));
    Optional<PackedCorpus> complete =
        table.completedWith(fingerprint).map(commit -> result(spark, table, commit, settings));
    if (complete.isPresent()) {
      listener.stageSkipped(STAGE, summary(complete.get()) + " are ready");
      return complete.get();
    }
    MegatronDocuments.checkRoles(plan, documents);
    listener.stageStarted(
        STAGE, "windows of %,d tokens".formatted(settings.sequenceLengthTokens()));
    TableCommit commit =
        pack(spark, plan, settings, tokenizer, paths, documents, fingerprint, listener);
    PackedCorpus packed = result(spark, table, commit, settings);
    packed.splits().stream()
        .filter(split -> split.droppedTokens() > 0)
        .forEach(split -> listener.message(dropped(split)));
    listener.message(packed.fertility());
    if (settings.method() == PackingMethod.BEST_FIT) {
      listener.message(packed.bestFit());
    }
    listener.stageFinished(STAGE, summary(packed));
    return packed;
  }

  /**
   * What a run's table of sequences holds; nothing if it was never written. With the tokens, bytes
   * and padding of every split, for a report.
   *
   * @param settings that it was packed with
   */
  public static Optional<PackedCorpus> latest(
      SparkSession spark, PackingSettings settings, RunPaths paths) {
    Table<PackedSequenceRow> table =
        Table.at(spark, TableSchema.SEQUENCES, paths.table("sequences"));
    return table.latestCommit().map(commit -> result(spark, table, commit, settings));
  }

  private static TableCommit pack(
      SparkSession spark,
      PreparationPlan plan,
      PackingSettings settings,
      TokenizerFile file,
      RunPaths paths,
      PreparedDocuments documents,
      String fingerprint,
      PreparationListener listener) {
    PackedRows packing;
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      packing = new PackedRows(settings, tokenizer.vocabularySize(), tokenizer.endOfTextId());
      if (!tokenizer.whyWhole().isEmpty()) {
        listener.message("tokenizer.json: " + tokenizer.whyWhole());
      }
    }
    Dataset<Row> texts =
        Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"))
            .read(documents.documentsVersion());
    Table<PackedSequenceRow> table =
        Table.at(spark, TableSchema.SEQUENCES, paths.table("sequences"));
    String recipe = recipe(settings, file);
    List<StreamDigest> digests = StreamDigest.of(texts);
    Repacking repacking =
        Repacking.of(recipe, digests, plan.megatron().isEmpty() ? packed(table) : Optional.empty());
    if (!repacking.isWhole()) {
      listener.message(
          "%,d splits of domains have changed and are packed, %,d are as they were"
              .formatted(repacking.stale().size(), repacking.kept().size()));
    }
    try (var encoded =
        EncodedDocuments.of(
            spark, plan, stale(texts, repacking), documents, file, packing.vocabularySize())) {
      List<StreamTotals> streams = encoded.totals(settings.sequenceLengthTokens());
      MegatronDocuments.checkSplits(plan, documents, streams);
      streams.forEach(stream -> stream.check(settings));
      if (!plan.megatron().isEmpty()) {
        listener.message(MegatronDocuments.record(spark, plan, encoded.dataset(), paths));
      }
      List<StreamTotals> all = new ArrayList<>(repacking.kept());
      all.addAll(streams);
      all.sort(Comparator.comparing(StreamTotals::domain).thenComparing(StreamTotals::split));
      String summary = Fingerprint.json(new Summary(all, recipe, digests));
      if (!repacking.isWhole() && repacking.stale().isEmpty()) {
        return table.restate(fingerprint, summary);
      }
      Dataset<Row> windows = windows(encoded.dataset(), streams, packing);
      return repacking.isWhole()
          ? table.overwrite(windows, fingerprint, summary)
          : table.replace(windows, partitions(repacking), fingerprint, summary);
    }
  }

  /** What was noted with the windows that are there. */
  private static Optional<Summary> packed(Table<PackedSequenceRow> table) {
    return table
        .latestCommit()
        .filter(commit -> !commit.summary().isEmpty())
        .map(commit -> Fingerprint.parse(commit.summary(), Summary.class));
  }

  private static Dataset<Row> stale(Dataset<Row> texts, Repacking repacking) {
    if (repacking.isWhole()) {
      return texts;
    }
    Object[] names = repacking.stale().stream().map(key -> String.join("/", key)).toArray();
    return texts.where(concat_ws("/", col("domain"), col("split")).isin(names));
  }

  private static List<Map<String, String>> partitions(Repacking repacking) {
    return repacking.stale().stream()
        .map(key -> Map.of("domain", key.get(0), "split", key.get(1)))
        .toList();
  }

  /** Each stream in a partition of its own: hash partitioning could put two into one. */
  static Dataset<Row> windows(
      Dataset<Row> encoded, List<StreamTotals> streams, PackedRows packing) {
    List<StreamTotals> longestFirst = new ArrayList<>(streams);
    longestFirst.sort(Comparator.comparingLong(StreamTotals::targets).reversed());
    Column partition = lit(0);
    for (int i = 0; i < longestFirst.size(); i++) {
      StreamTotals stream = longestFirst.get(i);
      partition =
          when(col("domain").equalTo(stream.domain()).and(col("split").equalTo(stream.split())), i)
              .otherwise(partition);
    }
    MapPartitionsFunction<Row, Row> pack = packing::pack;
    return encoded
        .repartitionById(Math.max(1, longestFirst.size()), partition)
        .sortWithinPartitions("domain", "split", "place", "id")
        .mapPartitions(pack, Encoders.row(RecordRows.schema(PackedSequenceRow.class)))
        // The order they have already; said so that the writer doesn't sort them again, otherwise.
        .sortWithinPartitions("domain", "split", "sequence_id");
  }

  static PackedCorpus result(
      SparkSession spark,
      Table<PackedSequenceRow> table,
      TableCommit commit,
      PackingSettings settings) {
    Map<List<String>, SequenceCounts> counts =
        PinnedSequences.open(table.path(), commit.version(), DeltaSession.hadoopSettings(spark))
            .counts()
            .stream()
            .collect(Collectors.toMap(c -> List.of(c.domain(), c.split()), Function.identity()));
    List<PackedSplit> splits =
        Fingerprint.parse(commit.summary(), Summary.class).streams().stream()
            .map(
                stream ->
                    split(stream, counts.getOrDefault(stream.key(), stream.nothing()), settings))
            .toList();
    return new PackedCorpus(commit.version(), commit.fingerprint(), splits);
  }

  /** Holds what is in the table against what went in. */
  private static PackedSplit split(StreamTotals in, SequenceCounts out, PackingSettings settings) {
    long droppedBytes = in.bytes() - out.bytes();
    if (!in.fits(settings, out.sequences(), out.tokens())
        || droppedBytes < 0
        || (in.droppedTokens(settings) == 0 && droppedBytes > 0)) {
      throw new IllegalStateException("Packing %s lost tokens: %s".formatted(in, out));
    }
    return new PackedSplit(
        in.domain(),
        in.role(),
        in.split(),
        in.documents(),
        in.tokens(),
        out.sequences(),
        out.tokens(),
        out.sequences() * settings.sequenceLengthTokens() - out.tokens(),
        in.droppedTokens(settings),
        out.bytes(),
        droppedBytes,
        in.longDocuments());
  }

  private static String fingerprint(
      PackingSettings settings, TokenizerFile tokenizer, PreparedDocuments documents) {
    return Fingerprint.of(
        STAGE,
        FORMAT_VERSION,
        Map.of(
            "settings",
            inputs(settings),
            "tokenizer",
            Fingerprint.ofText(tokenizer.json()),
            "documents",
            documents.fingerprint()));
  }

  /** The settings; without the method where it is the only one that older runs knew. */
  static Map<String, Object> inputs(PackingSettings settings) {
    Map<String, Object> inputs = new TreeMap<>();
    inputs.put("sequence_length_tokens", settings.sequenceLengthTokens());
    inputs.put("remainder", settings.remainder());
    if (settings.method() != PackingMethod.CONCATENATE) {
      inputs.put("method", settings.method());
    }
    return inputs;
  }

  /** Stands for everything but the documents. */
  private static String recipe(PackingSettings settings, TokenizerFile tokenizer) {
    return Fingerprint.of(
        STAGE,
        FORMAT_VERSION,
        Map.of("settings", inputs(settings), "tokenizer", Fingerprint.ofText(tokenizer.json())));
  }

  private static String summary(PackedCorpus packed) {
    long sequences = packed.splits().stream().mapToLong(PackedSplit::sequences).sum();
    long tokens = packed.splits().stream().mapToLong(PackedSplit::predictedTokens).sum();
    return "%,d sequences, %,d tokens".formatted(sequences, tokens);
  }

  private static String dropped(PackedSplit split) {
    return "domain %s, split %s: the last %,d tokens (%,d bytes) fill no window and are dropped"
        .formatted(split.domain(), split.split(), split.droppedTokens(), split.droppedBytes());
  }
}
