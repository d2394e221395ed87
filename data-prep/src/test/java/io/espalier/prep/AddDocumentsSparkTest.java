package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.table.HeldRows;
import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Text that joins a run which compares its documents with each other. */
class AddDocumentsSparkTest {
  private static final DecontaminationSettings THIRTEEN_WORDS =
      new DecontaminationSettings(13, DecontaminationAction.REJECT, List.of(), "text", 0, 0, 0);

  @TempDir private Path folder;
  private final SparkSession spark = LocalSpark.session();

  /** What the comparison of near duplicates looks at. */
  record Doc(String id, String role, String text, String stage, String reason, String detail) {
    static Doc of(String id, String text) {
      return new Doc(id, "training", text, "", "", "");
    }
  }

  @Test
  void whatJoinsIsHeldAgainstTheDocumentsThatAreThereAndNothingElseChanges() {
    RunPaths run = RunPaths.of(folder.resolve("run").toString());
    DataSettings settings = settings();
    PrepareDocuments.run(spark, settings, run, 20, PreparationListener.SILENT);
    Map<String, String> before = column(TableSchema.DOCUMENTS, run, "split");
    Corpus.write(folder.resolve("math/m.jsonl"), added());

    AddDocuments.run(spark, addition(settings), run, PreparationListener.SILENT);

    Map<String, String> after = column(TableSchema.DOCUMENTS, run, "split");
    assertThat(after).containsAllEntriesOf(before);
    // Second in the file, which is sorted by id.
    String renamed = "l01@file:%s#2".formatted(folder.resolve("math/m.jsonl"));
    assertThat(after.keySet().stream().filter(id -> !before.containsKey(id)))
        .containsExactlyInAnyOrder("m0", "m1", "m2", "m3", "twin-1", renamed);
    assertThat(column(TableSchema.REJECTIONS, run, "detail"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "copy", "same text as l02",
                "near", "0.92 of l05",
                "near-poem", "0.92 of p1",
                "leak", "8 × 13 words in a row of p0",
                "twin-2", "0.92 of twin-1"));
  }

  @Test
  void whatIsKeptTogetherStillLosesWhatResemblesADocumentThatIsThere() {
    var together = new NearDuplicateSettings(0.8, 5, NearDuplicateAction.KEEP_TOGETHER);
    Dataset<Row> there =
        rows(List.of(Doc.of("a", words(0, 100)), Doc.of("b", words(4, 100)))).select("id", "text");
    Dataset<Row> rows =
        rows(List.of(
                Doc.of("like-b", words(8, 100)),
                Doc.of("new-1", words(9000, 100)),
                Doc.of("new-2", words(9004, 100))))
            .withColumn("node", DocumentNode.column());
    try (HeldRows held = new HeldRows()) {
      Dataset<Row> decided =
          NearDuplicates.decide(rows, Optional.of(new ExistingDocuments(there)), together, held);

      assertThat(column(decided, "detail"))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("like-b", "0.92 of b", "new-1", "", "new-2", ""));
      assertThat(column(decided, SplitPlan.KEY))
          .containsEntry("new-1", "new-1")
          .containsEntry("new-2", "new-1");
    }
  }

  private DataSettings settings() {
    Map<String, String> law = new TreeMap<>();
    for (int i = 0; i < 12; i++) {
      law.put("l%02d".formatted(i), words(1000 * (i + 1), 100));
    }
    Corpus.write(folder.resolve("law/a.jsonl"), law);
    Corpus.write(
        folder.resolve("poems/p.jsonl"),
        Map.of("p0", words(50_000, 60), "p1", words(51_000, 100), "p2", words(52_000, 60)));
    return Corpus.settings(
        Corpus.settings(
            List.of(Corpus.source(folder.resolve("law"), new FixedDomainSharder("law"))),
            List.of(Corpus.source(folder.resolve("poems"), new FixedDomainSharder("poems")))),
        Deduplicate.EXACT,
        new NearDuplicateSettings(0.8, 5, NearDuplicateAction.REJECT),
        RepeatedParagraphSettings.OFF,
        THIRTEEN_WORDS);
  }

  private static Map<String, String> added() {
    Map<String, String> added = new TreeMap<>();
    added.put("copy", words(3000, 100));
    added.put("near", words(6004, 100));
    added.put("near-poem", words(51_004, 100));
    added.put("leak", words(80_000, 40) + " " + words(50_020, 20) + " " + words(81_000, 40));
    added.put("l01", words(70_000, 50));
    added.put("twin-1", words(71_000, 100));
    added.put("twin-2", words(71_004, 100));
    for (int i = 0; i < 4; i++) {
      added.put("m" + i, words(72_000 + 1000 * i, 60));
    }
    return added;
  }

  private Addition addition(DataSettings settings) {
    return Addition.ofDomain(
        spark.sessionState().newHadoopConf(),
        settings,
        20,
        "math",
        folder.resolve("math").toUri().toString());
  }

  private Map<String, String> column(TableSchema<?> schema, RunPaths run, String column) {
    Table<?> table = Table.at(spark, schema, run.table(schema.name()));
    return column(table.read(table.latestVersion().orElseThrow()), column);
  }

  private static Map<String, String> column(Dataset<Row> rows, String column) {
    Map<String, String> values = new TreeMap<>();
    for (Row row : rows.select("id", column).collectAsList()) {
      values.put(row.getString(0), row.getString(1));
    }
    return values;
  }

  private Dataset<Row> rows(List<Doc> docs) {
    return spark.createDataFrame(
        docs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Doc.class));
  }

  private static String words(int first, int count) {
    return IntStream.range(first, first + count)
        .mapToObj(i -> "w" + i)
        .collect(Collectors.joining(" "));
  }
}
