package io.espalier.prep;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.table.HeldRows;
import io.espalier.table.LocalSpark;
import io.espalier.table.RecordRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SplitPlanSparkTest {
  private static final DataSettings SETTINGS = settings(0.1, 0.05, 0.3);

  /** What the splits look at. */
  record Doc(String id, String domain, String role, String text, String reason) {}

  @Test
  void sharesAreAboutRightInEveryDomain() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 4000));
    docs.addAll(docs("code", "training", 4000));
    docs.addAll(docs("poems", "evaluation", 4000));

    Map<String, String> splits = splits(SplitPlan.byHash(SETTINGS, 20), docs, 2);

    for (String domain : List.of("law", "code")) {
      assertThat(share(splits, domain, "validation")).isCloseTo(0.1, within(0.02));
      assertThat(share(splits, domain, "test")).isCloseTo(0.05, within(0.015));
      assertThat(share(splits, domain, "train")).isCloseTo(0.85, within(0.025));
    }
    assertThat(share(splits, "poems", "validation")).isCloseTo(0.3, within(0.03));
    assertThat(share(splits, "poems", "test")).isCloseTo(0.7, within(0.03));
    assertThat(share(splits, "poems", "train")).isZero();
  }

  @Test
  void aDocumentKeepsItsSplitWhateverComesWithItAndInWhateverOrder() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 500));
    docs.addAll(docs("poems", "evaluation", 500));
    SplitPlan plan = SplitPlan.byHash(SETTINGS, 20);
    Map<String, String> splits = splits(plan, docs, 2);

    Collections.shuffle(docs, new Random(1));
    assertThat(splits(plan, docs, 5)).isEqualTo(splits);
    assertThat(splits).containsAllEntriesOf(splits(plan, docs.subList(0, 300), 1));
  }

  @Test
  void aLargerShareTakesDocumentsFromTrainingOnly() {
    List<Doc> docs = docs("law", "training", 2000);
    Map<String, String> before = splits(SplitPlan.byHash(settings(0.1, 0, 0.3), 20), docs, 2);
    Map<String, String> after = splits(SplitPlan.byHash(settings(0.2, 0, 0.3), 20), docs, 2);

    assertThat(before).doesNotContainValue("test");
    before.forEach(
        (id, split) -> {
          if (split.equals("validation")) {
            assertThat(after).containsEntry(id, "validation");
          }
        });
  }

  @Test
  void anotherSeedGivesOtherSplits() {
    List<Doc> docs = docs("law", "training", 1000);

    assertThat(splits(SplitPlan.byHash(SETTINGS, 21), docs, 2))
        .isNotEqualTo(splits(SplitPlan.byHash(SETTINGS, 20), docs, 2));
  }

  @Test
  void aSmallDomainHasEverySplitAndIsDividedTheSameInAnyOrder() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 400));
    docs.addAll(docs("tiny", "training", 3));
    docs.addAll(docs("pair", "evaluation", 2));
    Map<String, String> splits = planned(docs, 2);
    Collections.shuffle(docs, new Random(9));

    assertThat(planned(docs, 4)).isEqualTo(splits);
    assertThat(of("tiny", splits)).containsExactlyInAnyOrder("train", "validation", "test");
    assertThat(of("pair", splits)).containsExactlyInAnyOrder("validation", "test");
    assertThat(of("law", splits)).hasSize(400).contains("train", "validation", "test");
  }

  @Test
  void withoutAFractionThereIsNoSuchSplit() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 1));
    docs.addAll(docs("poems", "evaluation", 1));
    DataSettings settings = settings(0, 0, 0);

    assertThat(planned(docs, settings)).containsValues("train", "test").hasSize(2);
  }

  @Test
  void aDomainWithFewerDocumentsThanSplitsIsRefused() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 400));
    docs.addAll(docs("tiny", "training", 2));

    assertThatThrownBy(() -> planned(docs, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.training: domain tiny has 2 documents but needs at least 3, one for each of"
                + " validation, test, train; more text, or a fraction of 0 in data.split, would"
                + " work");
  }

  @Test
  void aDomainThatIsTrainedOnAndEvaluatedOnIsRefused() {
    List<Doc> docs = new ArrayList<>(docs("law", "training", 100));
    docs.addAll(
        docs("law", "evaluation", 100).stream()
            .map(d -> new Doc("e" + d.id(), d.domain(), d.role(), d.text(), d.reason()))
            .toList());

    assertThatThrownBy(() -> planned(docs, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("data.evaluation has the domain law, which data.training has too");
  }

  @Test
  void aNameTooLongForAFolderIsRefused() {
    List<Doc> docs = docs("a".repeat(129), "training", 10);

    assertThatThrownBy(() -> planned(docs, 2))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("129 bytes but must have 128 at most");
  }

  private static Map<String, String> planned(List<Doc> docs, int partitions) {
    Dataset<Row> rows = rows(docs, partitions);
    return planned(rows, SETTINGS);
  }

  private static Map<String, String> planned(List<Doc> docs, DataSettings settings) {
    return planned(rows(docs, 1), settings);
  }

  private static Map<String, String> planned(Dataset<Row> rows, DataSettings settings) {
    try (HeldRows held = new HeldRows()) {
      var plan = new PreparationPlan(settings, 20, List.of(), List.of());
      return splits(Splits.plan(rows, plan, held), rows);
    }
  }

  private static Map<String, String> splits(SplitPlan plan, List<Doc> docs, int partitions) {
    return splits(plan, rows(docs, partitions));
  }

  private static Map<String, String> splits(DocumentSplits plan, Dataset<Row> rows) {
    Map<String, String> splits = new TreeMap<>();
    plan.assign(rows)
        .select("id", "split")
        .collectAsList()
        .forEach(row -> splits.put(row.getString(0), row.getString(1)));
    return splits;
  }

  private static Dataset<Row> rows(List<Doc> docs, int partitions) {
    return LocalSpark.session()
        .createDataFrame(
            docs.stream().map(RecordRows::toRow).toList(), RecordRows.schema(Doc.class))
        .withColumn("source", lit("s"))
        .withColumn("edits", lit(""))
        .withColumn("language", lit(""))
        .repartition(partitions);
  }

  private static Collection<String> of(String domain, Map<String, String> splits) {
    return splits.entrySet().stream()
        .filter(e -> e.getKey().startsWith(domain + "-"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static double share(Map<String, String> splits, String domain, String split) {
    Collection<String> mine = of(domain, splits);
    return (double) Collections.frequency(mine, split) / mine.size();
  }

  private static List<Doc> docs(String domain, String role, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Doc(domain + "-" + i, domain, role, "text", ""))
        .toList();
  }

  private static DataSettings settings(double validation, double test, double evaluation) {
    DataSettings base = Corpus.settings(List.of(Corpus.source(Path.of("/data"))), List.of());
    return new DataSettings(
        base.training(),
        base.evaluation(),
        base.megatron(),
        base.unicodeForm(),
        base.filters(),
        base.deduplicate(),
        base.maximumDocumentBytes(),
        base.maximumRejectedFraction(),
        new SplitSettings(validation, test),
        new EvaluationSplitSettings(evaluation));
  }
}
