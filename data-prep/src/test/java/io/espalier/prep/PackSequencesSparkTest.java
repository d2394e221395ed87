package io.espalier.prep;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.table.DeltaSession;
import io.espalier.table.DocumentRow;
import io.espalier.table.LocalSpark;
import io.espalier.table.PinnedSequences;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.text.BalancedDomainWeights;
import io.espalier.text.PackingMethod;
import io.espalier.text.PackingSettings;
import io.espalier.text.Remainder;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import io.espalier.text.TokenizerFile;
import io.espalier.text.TokenizerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents → tokenizer → windows, and back. */
class PackSequencesSparkTest {
  private static final TokenizerSettings TOKENIZER = new TokenizerSettings("", 300);
  private static final int LENGTH_TOKENS = 16;

  @TempDir static Path folder;
  private static RunPaths paths;
  private static PreparationPlan plan;
  private static PreparedDocuments documents;
  private static TokenizerFile tokenizerFile;
  private static Tokenizer tokenizer;

  /** What the windows of one split of one domain predict. */
  private record Stream(List<Integer> targets, long bytes, long padding) {}

  @BeforeAll
  static void prepareDocuments() {
    Corpus.write(folder.resolve("in/law/a.jsonl"), texts("law", 60, 1));
    Corpus.write(folder.resolve("in/code/b.jsonl"), texts("code", 45, 2));
    Corpus.write(folder.resolve("poems/p/c.jsonl"), texts("poem", 9, 3));
    DataSettings settings =
        Corpus.settings(
            List.of(Corpus.source(folder.resolve("in"))),
            List.of(Corpus.source(folder.resolve("poems"))));
    paths = RunPaths.of(folder.resolve("run").toString());
    var spark = LocalSpark.session();
    plan = PreparationPlan.of(spark.sessionState().newHadoopConf(), settings, 20);
    documents = PrepareDocuments.run(spark, plan, paths, PreparationListener.SILENT);
    tokenizerFile = tokenizer(paths);
    tokenizer = Tokenizer.open(tokenizerFile);
  }

  @AfterAll
  static void closeTokenizer() {
    tokenizer.close();
  }

  @Test
  void paddedWindowsDecodeBackToEveryDocument() {
    PackedCorpus packed = pack(paths, Remainder.PAD);

    Map<List<String>, List<String>> decoded =
        new TreeMap<>(java.util.Comparator.comparing(String::valueOf));
    for (PackedSplit split : packed.splits()) {
      Stream stream = stream(paths, packed, split);
      decoded.put(List.of(split.domain(), split.split()), decode(stream.targets()));
      assertThat(stream.targets()).hasSize((int) split.predictedTokens());
      assertThat(stream.bytes()).isEqualTo(split.bytes());
      assertThat(stream.padding()).isEqualTo(split.paddingTokens());
      assertThat(split.droppedTokens()).isZero();
      assertThat(split.predictedTokens()).isEqualTo(split.documentTokens() + split.documents() - 1);
    }
    Map<List<String>, List<DocumentRow>> written = bySplit();
    assertThat(decoded).hasSameSizeAs(written).hasSize(8);
    written.forEach(
        (key, rows) ->
            assertThat(decoded.get(key))
                .containsExactlyInAnyOrderElementsOf(
                    rows.stream().map(DocumentRow::text).toList()));
  }

  @Test
  void droppedTokensAreTheEndOfTheSameStreamAndCounted() {
    PackedCorpus padded = pack(paths, Remainder.PAD);
    Map<PackedSplit, Stream> whole = new LinkedHashMap<>();
    padded.splits().forEach(split -> whole.put(split, stream(paths, padded, split)));

    PackedCorpus dropped = pack(paths, Remainder.DROP);

    assertThat(dropped.sequencesVersion()).isEqualTo(padded.sequencesVersion() + 1);
    int i = 0;
    for (Map.Entry<PackedSplit, Stream> before : whole.entrySet()) {
      PackedSplit split = dropped.splits().get(i++);
      Stream stream = stream(paths, dropped, split);
      List<Integer> all = before.getValue().targets();
      assertThat(stream.targets())
          .isEqualTo(all.subList(0, all.size() / LENGTH_TOKENS * LENGTH_TOKENS));
      assertThat(split.droppedTokens()).isEqualTo(all.size() % LENGTH_TOKENS);
      assertThat(stream.bytes() + split.droppedBytes()).isEqualTo(before.getValue().bytes());
      assertThat(stream.padding()).isEqualTo(split.paddingTokens()).isZero();
    }
  }

  @Test
  void windowsDependOnDocumentsAloneNotOnHowTheyAreSpreadOverTasks() {
    RunPaths other = RunPaths.of(folder.resolve("other-run").toString());
    var spark = LocalSpark.session();
    var table = Table.at(spark, TableSchema.DOCUMENTS, other.table("documents"));
    var rows =
        Table.at(spark, TableSchema.DOCUMENTS, paths.table("documents"))
            .read(documents.documentsVersion())
            .repartition(7, org.apache.spark.sql.functions.col("text"));
    table.overwrite(rows, documents.fingerprint(), "");
    assertThat(documents.documentsVersion()).as("the version they are read at").isZero();

    assertThat(tokenizer(other)).isEqualTo(tokenizerFile);
    PackedCorpus here = pack(paths, Remainder.PAD);
    PackedCorpus there = pack(other, Remainder.PAD);

    assertThat(there.splits()).isEqualTo(here.splits());
    for (PackedSplit split : here.splits()) {
      assertThat(stream(other, there, split)).isEqualTo(stream(paths, here, split));
    }
  }

  @Test
  void bestFitHoldsTheSameDocumentsInPaddedWindows() {
    RunPaths run = RunPaths.of(folder.resolve("best-fit-run").toString());
    Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"))
        .overwrite(rows(), documents.fingerprint(), "");
    List<String> messages = new ArrayList<>();
    var settings = new PackingSettings(LENGTH_TOKENS, PackingMethod.BEST_FIT, Remainder.PAD);

    PackedCorpus packed = pack(run, settings, documents, keepingMessages(messages));

    Map<List<String>, List<DocumentRow>> written = bySplit();
    for (PackedSplit split : packed.splits()) {
      Stream stream = stream(run, packed, split);
      List<DocumentRow> rows =
          written.getOrDefault(List.of(split.domain(), split.split()), List.of());
      assertThat(decode(stream.targets()))
          .containsExactlyInAnyOrderElementsOf(rows.stream().map(DocumentRow::text).toList());
      assertThat(stream.padding()).isEqualTo(split.paddingTokens());
      assertThat(stream.bytes()).isEqualTo(split.bytes());
      assertThat(split.longDocuments())
          .isEqualTo(
              rows.stream()
                  .filter(row -> tokenizer.encode(row.text()).length > LENGTH_TOKENS)
                  .count());
    }
    assertThat(messages).anySatisfy(line -> assertThat(line).startsWith("bytes per token: "));
    assertThat(messages).anySatisfy(line -> assertThat(line).startsWith("best fit: "));
    assertThat(packed.bytesPerToken()).containsOnlyKeys("code", "law", "p");
    assertThat(PackSequences.latest(LocalSpark.session(), settings, run)).contains(packed);
  }

  @Test
  void aSampleHasAboutTheBytesOfEachDomainThatTheWeightsAskFor() {
    TokenizerSettings settings = new TokenizerSettings("", 280, 2_000, new BalancedDomainWeights());
    var sampled =
        Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, paths.table("documents"))
            .read(documents.documentsVersion())
            .where(col("role").equalTo("training").and(col("split").equalTo("train")))
            .where(TokenizerSample.of(settings, documents).contains());
    Map<String, Long> bytes =
        sampled.groupBy("domain").agg(sum("bytes")).collectAsList().stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getLong(1)));

    assertThat(bytes).containsOnlyKeys("code", "law");
    assertThat(bytes.values()).allSatisfy(b -> assertThat(b).isBetween(400L, 1_900L));
    RunPaths run = RunPaths.of(folder.resolve("sample-run").toString());
    Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"))
        .overwrite(rows(), documents.fingerprint(), "");
    TokenizerFile trained =
        TrainTokenizer.run(
            LocalSpark.session(),
            settings,
            LENGTH_TOKENS,
            run,
            documents,
            PreparationListener.SILENT);
    assertThat(trained.vocabularySize()).isEqualTo(280);
  }

  @Test
  void whatIsPackedAlreadyIsNotPackedAgain() {
    RunPaths run = RunPaths.of(folder.resolve("skipping-run").toString());
    Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"))
        .overwrite(rows(), documents.fingerprint(), "");

    PackedCorpus first = pack(run, Remainder.PAD);

    assertThat(pack(run, Remainder.PAD)).isEqualTo(first);
    assertThat(first.sequencesVersion()).isZero();
  }

  @Test
  void onlySplitsWhoseDocumentsChangedGetOtherDataFilesAndAllGetTheWindowsOfAWholePacking() {
    RunPaths grown = RunPaths.of(folder.resolve("growing-run").toString());
    RunPaths whole = RunPaths.of(folder.resolve("whole-run").toString());
    var spark = LocalSpark.session();
    List<DocumentRow> now = new ArrayList<>(rows());
    DocumentRow gone =
        now.stream()
            .filter(r -> r.domain().equals("law") && r.split().equals("train"))
            .findFirst()
            .orElseThrow();
    now.remove(gone);
    var table = Table.at(spark, TableSchema.DOCUMENTS, grown.table("documents"));
    table.overwrite(rows(), documents.fingerprint(), "");
    PackedCorpus before = pack(grown, Remainder.PAD);
    table.overwrite(now, "other", "");
    Table.at(spark, TableSchema.DOCUMENTS, whole.table("documents")).overwrite(now, "other", "");

    PackedCorpus after = pack(grown, Remainder.PAD, other(1));

    PackedCorpus expected = pack(whole, Remainder.PAD, other(0));
    assertThat(after.splits()).isEqualTo(expected.splits());
    for (PackedSplit split : after.splits()) {
      assertThat(stream(grown, after, split)).isEqualTo(stream(whole, expected, split));
    }
    Map<List<String>, Set<String>> old = dataFiles(grown, before);
    Map<List<String>, Set<String>> files = dataFiles(grown, after);
    assertThat(files).hasSameSizeAs(old);
    files.forEach(
        (key, paths) ->
            assertThat(paths.equals(old.get(key)))
                .as("%s is as it was", key)
                .isEqualTo(!key.equals(List.of("law", "train"))));
  }

  @Test
  void aTraceNamesTheDocumentsOfAWindowTheWindowsOfADocumentAndWhereItWasRead() {
    PackedCorpus packed = pack(paths, Remainder.PAD);
    PackedSplit split =
        packed.splits().stream()
            .filter(s -> s.domain().equals("law") && s.split().equals("train"))
            .findFirst()
            .orElseThrow();
    List<SequenceLineage.Piece> all = new ArrayList<>();
    try (SequenceLineage lineage =
        SequenceLineage.open(
            new Configuration(), paths, new PackingSettings(LENGTH_TOKENS, Remainder.PAD))) {
      for (long id : List.of(0L, 7L, split.sequences() - 1)) {
        all.addAll(lineage.ofSequence("law", "train", id));
      }
      for (SequenceLineage.Piece piece : all) {
        assertThat(lineage.ofDocument("law", "train", piece.id())).contains(piece);
      }
      assertThatThrownBy(() -> lineage.ofSequence("law", "train", split.sequences()))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "Domain law, split train has %d sequences, numbered from 0, and none is number %d"
                  .formatted(split.sequences(), split.sequences()));
    }
    var places =
        RecordPlace.of(
            paths,
            all.stream().map(SequenceLineage.Piece::id).collect(Collectors.toSet()),
            java.util.Map.of());
    for (SequenceLineage.Piece piece : all) {
      RecordPlace place = java.util.Objects.requireNonNull(places.get(piece.id()));
      assertThat(place.file()).endsWith("in/law/a.jsonl");
      assertThat("law" + (place.record() - 1)).isEqualTo(piece.id());
    }
  }

  @Test
  void aTrainedTokenizerStaysWhenOnlyFilesHaveChanged() {
    var folder = new TokenizerFolder(new Configuration(), paths.tokenizer());
    var before = folder.found().orElseThrow().provenance();

    TokenizerFile kept =
        TrainTokenizer.run(
            LocalSpark.session(),
            TOKENIZER,
            LENGTH_TOKENS,
            paths,
            new PreparedDocuments(
                7, 0, "other", List.of(), List.of(), documents.recipe(), List.of(), List.of()),
            PreparationListener.SILENT);

    assertThat(kept).isEqualTo(tokenizerFile);
    assertThat(folder.found().orElseThrow().provenance()).isEqualTo(before);
  }

  @Test
  void aSplitThatFillsNoWindowIsRefused() {
    var settings = new PackingSettings(100_000, Remainder.DROP);
    RunPaths run = RunPaths.of(folder.resolve("refused-run").toString());
    var table = Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"));
    table.overwrite(rows(), documents.fingerprint(), "");

    assertThatThrownBy(
            () ->
                PackSequences.run(
                    LocalSpark.session(),
                    plan,
                    settings,
                    tokenizerFile,
                    run,
                    documents,
                    PreparationListener.SILENT))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            "packing.sequence_length_tokens is 100000 with remainder drop, but domain code, split"
                + " test has ")
        .hasMessageEndingWith("not one window; remainder: pad would work");
    assertThat(
            Table.at(LocalSpark.session(), TableSchema.SEQUENCES, run.table("sequences"))
                .latestVersion())
        .isEmpty();
  }

  private static TokenizerFile tokenizer(RunPaths run) {
    return TrainTokenizer.run(
        LocalSpark.session(), TOKENIZER, LENGTH_TOKENS, run, documents, PreparationListener.SILENT);
  }

  private static PreparationListener keepingMessages(List<String> messages) {
    return new PreparationListener() {
      @Override
      public void message(String line) {
        messages.add(line);
      }
    };
  }

  /** Other documents than those that were prepared. */
  private static PreparedDocuments other(long version) {
    return new PreparedDocuments(
        version, 0, "other", documents.stages(), documents.domains(), "", List.of(), List.of());
  }

  private static Map<List<String>, Set<String>> dataFiles(RunPaths run, PackedCorpus packed) {
    return PinnedSequences.open(run.table("sequences"), packed.sequencesVersion(), Map.of())
        .dataFiles();
  }

  private static PackedCorpus pack(RunPaths run, Remainder remainder) {
    return pack(run, remainder, documents);
  }

  private static PackedCorpus pack(RunPaths run, Remainder remainder, PreparedDocuments documents) {
    return pack(
        run, new PackingSettings(LENGTH_TOKENS, remainder), documents, PreparationListener.SILENT);
  }

  private static PackedCorpus pack(
      RunPaths run,
      PackingSettings settings,
      PreparedDocuments documents,
      PreparationListener listener) {
    return PackSequences.run(
        LocalSpark.session(), plan, settings, tokenizerFile, run, documents, listener);
  }

  /** Reads the windows, each of which goes on with the token that the one before ended with. */
  private static Stream stream(RunPaths run, PackedCorpus packed, PackedSplit split) {
    List<Integer> targets = new ArrayList<>();
    long[] bytesAndPadding = new long[2];
    PinnedSequences.open(
            run.table("sequences"),
            packed.sequencesVersion(),
            DeltaSession.hadoopSettings(LocalSpark.session()))
        .forEach(
            split.domain(),
            split.split(),
            window -> {
              int[] tokens =
                  TokenBytes.unpack(window.tokens(), TokenBytes.width(tokenizer.vocabularySize()));
              int last =
                  targets.isEmpty() ? tokenizer.endOfTextId() : targets.get(targets.size() - 1);
              assertThat(tokens).hasSize(LENGTH_TOKENS + 1).startsWith(last);
              for (int i = 1; i < window.tokenCount(); i++) {
                targets.add(tokens[i]);
              }
              bytesAndPadding[0] += window.bytes();
              bytesAndPadding[1] += tokens.length - window.tokenCount();
            });
    return new Stream(targets, bytesAndPadding[0], bytesAndPadding[1]);
  }

  private static List<String> decode(List<Integer> targets) {
    List<String> texts = new ArrayList<>();
    List<Integer> text = new ArrayList<>();
    for (int target : targets) {
      if (target == tokenizer.endOfTextId()) {
        texts.add(tokenizer.decode(text.stream().mapToInt(i -> i).toArray()));
        text.clear();
      } else {
        text.add(target);
      }
    }
    texts.add(tokenizer.decode(text.stream().mapToInt(i -> i).toArray()));
    return texts;
  }

  private static Map<List<String>, List<DocumentRow>> bySplit() {
    return rows().stream()
        .collect(Collectors.groupingBy(row -> List.of(row.domain(), row.split())));
  }

  private static List<DocumentRow> rows() {
    return Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, paths.table("documents"))
        .collect(documents.documentsVersion());
  }

  /** Texts with everything that a tokenizer might lose: other scripts, its own token's name. */
  private static Map<String, String> texts(String domain, int count, long seed) {
    Random random = new Random(seed);
    List<String> words =
        List.of(
            "the",
            "court",
            "def",
            "f(x):",
            "\n  ",
            "\u65E5\u672C",
            "\uD83D\uDE42",
            "na\u00EFve",
            "<|endoftext|>",
            "\t",
            "42",
            "rose");
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String text =
          random
              .ints(3 + random.nextInt(40), 0, words.size())
              .mapToObj(words::get)
              .collect(Collectors.joining(" "));
      texts.put(domain + i, domain + " " + text + " " + i);
    }
    return texts;
  }
}
