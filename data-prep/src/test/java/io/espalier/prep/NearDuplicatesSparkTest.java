package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.table.HeldRows;
import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.text.TextUnit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class NearDuplicatesSparkTest {
  private static final NearDuplicateSettings REJECT =
      new NearDuplicateSettings(0.8, 5, NearDuplicateAction.REJECT);

  @TempDir private Path folder;

  /** What the stages look at. */
  record Doc(String id, String role, String text, String stage, String reason, String detail) {
    static Doc of(String id, String text) {
      return new Doc(id, "training", text, "", "", "");
    }
  }

  @Test
  void aThousandEqualTextsMakeOnePairEachAtMost() {
    List<Doc> docs =
        IntStream.range(0, 1000).mapToObj(i -> Doc.of("d%04d".formatted(i), words(0, 60))).toList();
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> texts = rows(docs).withColumn("node", DocumentNode.column());
      assertThat(SimilarPairs.of(texts, REJECT, held).count()).isEqualTo(999);
    }
  }

  @Test
  void ofAChainTheDocumentsStayThatNoneWhichStaysResembles() {
    List<Doc> docs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      docs.add(Doc.of("v%02d".formatted(i), words(7 * i, 100)));
    }

    Map<String, String> details = nearDuplicates(docs, REJECT, "detail");

    for (int i = 0; i < 30; i++) {
      String detail = details.getOrDefault("v%02d".formatted(i), "");
      if (!detail.isEmpty()) {
        assertThat(detail).startsWith("0.8");
        assertThat(details.get(detail.split(" of ", 2)[1])).isEmpty();
      } else if (i > 0) {
        assertThat(details.get("v%02d".formatted(i - 1))).isNotEmpty();
      }
    }
    assertThat(details.get("v00")).isEmpty();
    assertThat(details.get("v01")).isEqualTo("0.86 of v00");
  }

  @Test
  void whatIsKeptTogetherIsOneClusterHoweverLongTheChainAndCopiesOfEvaluationGo() {
    var together = new NearDuplicateSettings(0.8, 5, NearDuplicateAction.KEEP_TOGETHER);
    List<Doc> docs = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      docs.add(Doc.of("v%02d".formatted((i * 7) % 30), words(7 * i, 100)));
    }
    docs.add(Doc.of("alone", words(5000, 100)));
    docs.add(Doc.of("copy", words(9000, 100)));
    docs.add(new Doc("test", "evaluation", words(9003, 100), "", "", ""));

    Map<String, String> clusters = nearDuplicates(docs, together, SplitPlan.KEY);
    Map<String, String> reasons = nearDuplicates(docs, together, "reason");

    assertThat(clusters.entrySet().stream().filter(e -> e.getKey().startsWith("v")))
        .extracting(Map.Entry::getValue)
        .containsOnly("v00");
    assertThat(clusters).containsEntry("alone", "alone");
    assertThat(reasons).containsEntry("copy", "near_duplicate").containsEntry("test", "");
    assertThat(reasons).containsEntry("v29", "");
  }

  @Test
  void whatEvaluationHasIsCutWithAMarginAndWhereNothingIsLeftTheDocumentGoes() {
    var settings =
        new DecontaminationSettings(13, DecontaminationAction.CUT, List.of(), "text", 0, 2, 10);
    List<Doc> docs =
        List.of(
            new Doc("test", "evaluation", words(0, 40), "", "", ""),
            Doc.of("embedded", words(500, 30) + " " + words(10, 20) + " " + words(600, 30)),
            Doc.of("all", words(5, 30)),
            Doc.of("clean", words(700, 30)));
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> rows = rows(docs);
      Dataset<Row> decided =
          Decontaminate.apply(rows, rows.where("false").select("id", "text"), settings, held);

      assertThat(column(decided, "text"))
          .containsEntry("embedded", words(500, 28) + "\n\n" + words(602, 28))
          .containsEntry("clean", words(700, 30));
      assertThat(column(decided, "detail"))
          .containsEntry("all", "18 × 13 words in a row of test")
          .containsEntry("embedded", "");
    }
  }

  @Test
  void whereAllEvaluationTextWasRejectedNothingIsShared() {
    var settings =
        new DecontaminationSettings(13, DecontaminationAction.REJECT, List.of(), "text", 0, 2, 10);
    List<Doc> docs =
        List.of(
            new Doc("test", "evaluation", words(0, 40), "filter", "symbols", ""),
            Doc.of("same", words(0, 40)));
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> rows = rows(docs);
      Dataset<Row> decided =
          Decontaminate.apply(rows, rows.where("false").select("id", "text"), settings, held);

      assertThat(column(decided, "reason")).containsEntry("same", "");
    }
  }

  @Test
  void aRepeatedParagraphStaysInItsFirstPlaceOnly() {
    List<Doc> docs =
        List.of(
            Doc.of("a", words(0, 9) + "\n\n" + words(50, 9)),
            Doc.of("b", words(50, 9) + "\n\n" + words(100, 9)),
            Doc.of("c", words(50, 9)));
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> decided =
          RepeatedParagraphs.cut(
              rows(docs), new RepeatedParagraphSettings(3, TextUnit.PARAGRAPH, 5), held);

      assertThat(column(decided, "text"))
          .containsEntry("a", docs.get(0).text())
          .containsEntry("b", words(100, 9));
      assertThat(column(decided, "reason"))
          .containsEntry("c", "repeated_paragraphs")
          .containsEntry("b", "");
    }
  }

  @Test
  void inTheTableWhatIsKeptTogetherLiesInOneSplit() {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < 30; i++) {
      texts.put("v%02d".formatted(i), words(7 * i, 100));
      texts.put("other-%02d".formatted(i), words(1000 * (i + 1), 100));
    }
    Corpus.write(folder.resolve("text/law/a.jsonl"), texts);
    DataSettings settings =
        Corpus.settings(
            Corpus.settings(List.of(Corpus.source(folder.resolve("text"))), List.of()),
            Deduplicate.EXACT,
            new NearDuplicateSettings(0.8, 5, NearDuplicateAction.KEEP_TOGETHER),
            RepeatedParagraphSettings.OFF,
            DecontaminationSettings.OFF);
    RunPaths run = RunPaths.of(folder.resolve("run").toString());

    PreparedDocuments prepared =
        PrepareDocuments.run(LocalSpark.session(), settings, run, 20, PreparationListener.SILENT);

    Map<String, String> splits =
        column(
            Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"))
                .read(prepared.documentsVersion()),
            "split");
    assertThat(splits).hasSize(60);
    assertThat(splits.entrySet().stream().filter(e -> e.getKey().startsWith("v")))
        .extracting(Map.Entry::getValue)
        .containsOnly(splits.get("v00"));
    assertThat(splits.entrySet().stream().filter(e -> e.getKey().startsWith("other")))
        .extracting(Map.Entry::getValue)
        .contains("train", "test");
  }

  private static Map<String, String> nearDuplicates(
      List<Doc> docs, NearDuplicateSettings settings, String column) {
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> named = rows(docs).withColumn("node", DocumentNode.column());
      return column(NearDuplicates.decide(named, Optional.empty(), settings, held), column);
    }
  }

  private static Map<String, String> column(Dataset<Row> rows, String column) {
    Map<String, String> values = new TreeMap<>();
    for (Row row : rows.select("id", column).collectAsList()) {
      values.put(row.getString(0), row.getString(1));
    }
    return values;
  }

  private static Dataset<Row> rows(List<Doc> docs) {
    return LocalSpark.session()
        .createDataFrame(
            docs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Doc.class));
  }

  private static String words(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> "w" + i)
        .collect(Collectors.joining(" "));
  }
}
