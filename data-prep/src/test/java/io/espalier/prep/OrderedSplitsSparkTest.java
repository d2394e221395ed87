package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;
import io.espalier.table.HeldRows;
import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderedSplitsSparkTest {
  private static final SplitSettings NEWEST = byTime(0.1, 0.2, "", "");
  private static final SplitSettings GIVEN =
      new SplitSettings(0.1, 0.1, SplitType.GIVEN, "", "", Map.of(), Map.of());

  @TempDir private Path folder;

  /** What the splits look at; documents with the same key are nearly the same. */
  record Doc(
      String id,
      String splitKey,
      String domain,
      String role,
      long splitOrder,
      String text,
      String source,
      String edits,
      String language,
      String reason) {
    static Doc of(int number, int key, String domain, long order) {
      String id = "d%03d".formatted(number);
      String unit = "d%03d".formatted(key);
      return new Doc(id, unit, domain, "training", order, "text", "s", "", "", "");
    }
  }

  @Test
  void theNewestOfEachDomainAreHeldOutAndWhatIsNearlyTheSameStaysTogether() {
    List<Doc> docs = docs(new Random(7));
    Map<String, String> splits = splits(docs, NEWEST, 2);
    Collections.shuffle(docs, new Random(8));

    assertThat(splits(docs, NEWEST, 5)).isEqualTo(splits);
    Map<String, List<Doc>> units =
        docs.stream()
            .collect(Collectors.groupingBy(Doc::splitKey, TreeMap::new, Collectors.toList()));
    units.forEach(
        (key, unit) ->
            assertThat(unit).extracting(d -> splits.get(d.id())).containsOnly(splits.get(key)));
    Map<String, List<List<Doc>>> domains =
        units.values().stream().collect(Collectors.groupingBy(unit -> newest(unit).domain()));
    assertThat(domains).hasSize(3);
    domains.forEach((domain, mine) -> assertNewestFirst(mine, splits));
  }

  private static void assertNewestFirst(List<List<Doc>> units, Map<String, String> splits) {
    int all = units.stream().mapToInt(List::size).sum();
    long youngest = Long.MAX_VALUE;
    for (String split : List.of("test", "validation", "train")) {
      List<List<Doc>> mine =
          units.stream().filter(unit -> split.equals(splits.get(newest(unit).id()))).toList();
      var orders = mine.stream().mapToLong(unit -> newest(unit).splitOrder()).summaryStatistics();
      assertThat(orders.getMax()).isLessThanOrEqualTo(youngest);
      youngest = orders.getMin();
      int documents = mine.stream().mapToInt(List::size).sum();
      int largest = mine.stream().mapToInt(List::size).max().orElseThrow();
      double share = split.equals("test") ? 0.2 : 0.1;
      if (!split.equals("train")) {
        assertThat(documents - share * all).as(split).isBetween(0.0, (double) largest);
      }
    }
  }

  @Test
  void fromDatesOnDocumentsAreHeldOutAndAUnitIsAsNewAsItsNewest() {
    List<Doc> docs =
        List.of(
            Doc.of(0, 0, "law", 0),
            Doc.of(1, 1, "law", 86_400_000L - 1),
            Doc.of(2, 2, "law", 86_400_000L),
            Doc.of(3, 3, "law", 2 * 86_400_000L - 1),
            Doc.of(4, 4, "law", 2 * 86_400_000L),
            Doc.of(5, 4, "law", 5));

    assertThat(splits(docs, byTime(0.1, 0.1, "1970-01-02", "1970-01-03"), 1).values())
        .containsExactly("train", "train", "validation", "validation", "test", "test");
    assertThatThrownBy(() -> splits(docs, byTime(0.1, 0.1, "1970-01-02", "1980-01-01"), 1))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.split.type is time and domain law has 2 train, 4 validation documents but needs"
                + " one for test at least; other dates, or test_fraction: 0 for none, would work");
  }

  @Test
  void aUnitIsHeldOutAsFarAsAnyOfItsDocumentsIsSaidToBe() {
    List<Doc> docs =
        List.of(
            Doc.of(0, 0, "law", 0),
            Doc.of(1, 1, "law", 1),
            Doc.of(2, 2, "law", 2),
            Doc.of(3, 3, "law", 0),
            Doc.of(4, 3, "law", 1),
            Doc.of(5, 3, "law", 2));

    assertThat(splits(docs, GIVEN, 2).values())
        .containsExactly("train", "validation", "test", "test", "test", "test");
  }

  @Test
  void whateverCameWhenTheNewestAreHeldOutAsFromScratch() {
    RunPaths grown = RunPaths.of(folder.resolve("grown").toString());
    RunPaths scratch = RunPaths.of(folder.resolve("scratch").toString());
    write("b.jsonl", 40, 80);
    Map<String, String> before = prepared(grown);
    write("a.jsonl", 0, 20);
    write("c.jsonl", 80, 110);

    Map<String, String> after = prepared(grown);

    assertThat(after).isEqualTo(prepared(scratch)).hasSize(90);
    assertThat(before).containsEntry("n079", "test").containsEntry("n040", "train");
    assertThat(after)
        .containsEntry("n079", "train")
        .containsEntry("n088", "validation")
        .containsEntry("n109", "test");
    assertThat(
            rows(TableSchema.REJECTIONS, grown).select("stage", "reason", "detail").collectAsList())
        .extracting(Row::mkString)
        .containsOnly("splitbad_datemeta.date is \"soon\", not " + DocumentTime.FORMS)
        .hasSize(3);
  }

  @Test
  void ofCopiesTheOneThatIsSaidToBeHeldOutStays() {
    RunPaths run = RunPaths.of(folder.resolve("given").toString());
    List<String> lines = new ArrayList<>();
    lines.add(line("a", words(0), "train"));
    lines.add(line("b", words(0), "test"));
    lines.add(line("c", words(1000), "train"));
    lines.add(line("d", words(1004), "dev"));
    lines.add(line("e", words(2000), "train"));
    Corpus.write(
        folder.resolve("in/a.jsonl"), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    DataSettings settings =
        Corpus.settings(
            Corpus.settings(
                List.of(source()),
                new SplitSettings(
                    0.1, 0.1, SplitType.GIVEN, "", "", Map.of("dev", "validation"), Map.of())),
            Deduplicate.EXACT,
            new NearDuplicateSettings(0.8, 5, NearDuplicateAction.REJECT),
            RepeatedParagraphSettings.OFF,
            DecontaminationSettings.OFF);

    PrepareDocuments.run(LocalSpark.session(), settings, run, 20, PreparationListener.SILENT);

    assertThat(column(rows(TableSchema.DOCUMENTS, run), "split"))
        .isEqualTo(Map.of("b", "test", "d", "validation", "e", "train"));
    assertThat(column(rows(TableSchema.REJECTIONS, run), "detail"))
        .isEqualTo(Map.of("a", "same text as b", "c", "0.92 of d"));
  }

  private static String words(int first) {
    return IntStream.range(first, first + 100)
        .mapToObj(i -> "w" + i)
        .collect(Collectors.joining(" "));
  }

  private Map<String, String> prepared(RunPaths run) {
    DataSettings settings = Corpus.settings(List.of(source()), NEWEST);
    PrepareDocuments.run(LocalSpark.session(), settings, run, 20, PreparationListener.SILENT);
    return column(rows(TableSchema.DOCUMENTS, run), "split");
  }

  private SourceSettings source() {
    return SourceSettings.of(
        folder.resolve("in").toUri().toString(),
        RecordFormat.AUTO,
        new FieldMapping("id", "text", "", "meta.date"),
        new FixedDomainSharder("news"));
  }

  private static Dataset<Row> rows(TableSchema<?> schema, RunPaths run) {
    Table<?> table = Table.at(LocalSpark.session(), schema, run.table(schema.name()));
    return table.read(table.latestVersion().orElseThrow());
  }

  /** A document a day, the first last, and one without a date. */
  private void write(String file, int first, int end) {
    List<String> lines = new ArrayList<>();
    for (int day = end - 1; day >= first; day--) {
      String date = java.time.LocalDate.EPOCH.plusDays(day).toString();
      lines.add(line("n%03d".formatted(day), "The news of day %d.".formatted(day), date));
    }
    lines.add(line("undated-" + file, "No news of " + file, "soon"));
    Corpus.write(
        folder.resolve("in").resolve(file),
        String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static String line(String id, String text, String date) {
    return "{\"id\": \"%s\", \"text\": \"%s\", \"meta\": {\"date\": \"%s\"}}"
        .formatted(id, text, date);
  }

  private static Map<String, String> splits(List<Doc> docs, SplitSettings split, int partitions) {
    Dataset<Row> rows =
        LocalSpark.session()
            .createDataFrame(
                docs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Doc.class))
            .repartition(partitions);
    SourceSettings source =
        SourceSettings.of(
            "/data",
            RecordFormat.AUTO,
            new FieldMapping("id", "text", "", "date"),
            new FixedDomainSharder("law"));
    DataSettings settings =
        Corpus.settings(
            Corpus.settings(List.of(source), split),
            Deduplicate.EXACT,
            new NearDuplicateSettings(0.8, 5, NearDuplicateAction.KEEP_TOGETHER),
            RepeatedParagraphSettings.OFF,
            DecontaminationSettings.OFF);
    try (HeldRows held = new HeldRows()) {
      var plan = new PreparationPlan(settings, 20, List.of(), List.of());
      return column(Splits.plan(rows, plan, held).assign(rows), "split");
    }
  }

  private static Map<String, String> column(Dataset<Row> rows, String column) {
    Map<String, String> values = new TreeMap<>();
    rows.select("id", column)
        .collectAsList()
        .forEach(row -> values.put(row.getString(0), row.getString(1)));
    return values;
  }

  /** Days that several documents share, and groups that reach over domains. */
  private static List<Doc> docs(Random random) {
    List<String> domains = List.of("law", "code", "news");
    List<Doc> docs = new ArrayList<>();
    int key = 0;
    for (int i : IntStream.range(0, 400).toArray()) {
      key = random.nextInt(4) > 0 ? i : key;
      docs.add(Doc.of(i, key, domains.get(random.nextInt(3)), random.nextInt(60)));
    }
    return docs;
  }

  private static Doc newest(List<Doc> unit) {
    return Collections.max(
        unit, java.util.Comparator.comparingLong(Doc::splitOrder).thenComparing(Doc::id));
  }

  private static SplitSettings byTime(
      double validation, double test, String validationFrom, String testFrom) {
    return new SplitSettings(
        validation, test, SplitType.TIME, validationFrom, testFrom, Map.of(), Map.of());
  }
}
