package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.config.RunPaths;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FileDigest;
import io.espalier.table.LocalSpark;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that come in parts, in any order, that change and that go. */
@Tag("long")
class IncrementalPreparationSparkTest {
  private static final long SEED = 20;

  @TempDir Path folder;
  private final SparkSession spark = LocalSpark.session();
  private final List<String> messages = new ArrayList<>();

  @Test
  void whateverCameWhenTheTablesAreThoseOfAPreparationFromScratch() throws IOException {
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    Collections.shuffle(order, new Random(SEED));
    Corpus.write(folder.resolve("poems/p.jsonl"), Map.of("p1", text(3, 1), "p2", "A poem, alone."));
    RunPaths grown = paths("grown");

    order.subList(0, 3).forEach(this::writeFile);
    prepare(grown, plan(false));
    order.subList(3, 6).forEach(this::writeFile);
    // As a killed ingestion leaves it: one more file is read and nothing is decided.
    PreparationPlan killed = plan(false);
    RecordStore.of(spark, grown, 1).read(firstFiles(killed, 4), PreparationListener.SILENT);
    order.subList(6, 8).forEach(this::writeFile);
    Files.delete(file(order.get(0)));
    String known = "f%d-5".formatted(order.get(1));
    Corpus.write(file(order.get(1)), Map.of(known, "Another text now.", "other", text(4, 2)));
    // A source before the others: they get other numbers.
    Corpus.write(folder.resolve("extra/e.jsonl"), Map.of("e1", text(5, 0), "d3", "In addition."));
    PreparedDocuments prepared = prepare(grown, plan(true));

    RunPaths scratch = paths("scratch");
    assertThat(prepare(scratch, plan(true)).domains()).isEqualTo(prepared.domains());
    assertThat(rows(TableSchema.DOCUMENTS, grown))
        .isNotEmpty()
        .isEqualTo(rows(TableSchema.DOCUMENTS, scratch));
    assertThat(rows(TableSchema.REJECTIONS, grown))
        .isNotEmpty()
        .isEqualTo(rows(TableSchema.REJECTIONS, scratch));
    assertChangesAreTold(prepared, grown);
    assertThat(files(grown)).hasSizeGreaterThan(8).isEqualTo(files(scratch));
    for (ReadFile file : files(grown)) {
      String root = file.source().equals("data.training[0]") ? "extra" : "in";
      Path path = folder.resolve(file.source().contains("evaluation") ? "poems" : root);
      byte[] bytes = Files.readAllBytes(path.resolve(file.path()));
      assertThat(file.sha256())
          .as(file.path())
          .isEqualTo(HexFormat.of().formatHex(FileDigest.sha256().digest(bytes)));
    }
  }

  private List<ReadFile> files(RunPaths paths) {
    Table<?> rejections = Table.at(spark, TableSchema.REJECTIONS, paths.table("rejections"));
    long version = rejections.latestVersion().orElseThrow();
    return ReadFiles.of(spark, paths, plan(true), rejections.read(version));
  }

  /** Two sources, the same text in several files, ids that several files have, a broken line. */
  private void writeFile(int number) {
    Map<String, String> documents = new LinkedHashMap<>();
    for (int i = 0; i < 12; i++) {
      String id = i < 3 ? "d" + i : "f%d-%d".formatted(number, i);
      documents.put(id, i % 4 == 3 ? text(i, 0) : text(i, number));
    }
    documents.put("short" + number, "ab");
    Corpus.write(file(number), documents);
  }

  private static String text(int i, int number) {
    return "Case %d of court %d is decided here.".formatted(i, number);
  }

  private Path file(int number) {
    return folder.resolve("in/%s/%d.jsonl".formatted(number % 2 == 0 ? "law" : "code", number));
  }

  private PreparationPlan plan(boolean extra) {
    List<SourceSettings> training = new ArrayList<>();
    if (extra) {
      training.add(Corpus.source(folder.resolve("extra"), new FixedDomainSharder("law")));
    }
    training.add(Corpus.source(folder.resolve("in")));
    var poems = Corpus.source(folder.resolve("poems"), new FixedDomainSharder("poems"));
    DataSettings settings = Corpus.settings(training, List.of(poems));
    return PreparationPlan.of(spark.sessionState().newHadoopConf(), settings, SEED);
  }

  private static PreparationPlan firstFiles(PreparationPlan plan, int files) {
    SourcePlan first = plan.sources().get(0);
    SourcePlan some =
        new SourcePlan(
            first.key(), first.role(), first.settings(), first.files().subList(0, files));
    return new PreparationPlan(plan.settings(), plan.seed(), List.of(some), List.of());
  }

  private PreparedDocuments prepare(RunPaths paths, PreparationPlan plan) {
    messages.clear();
    return PrepareDocuments.run(spark, plan, paths, heard());
  }

  private void assertChangesAreTold(PreparedDocuments prepared, RunPaths grown) {
    var feed =
        spark
            .read()
            .format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", prepared.documentsVersion())
            .option("endingVersion", prepared.documentsVersion())
            .load(grown.table("documents"));
    long added = prepared.changes().stream().mapToLong(DomainChange::added).sum();
    long removed = prepared.changes().stream().mapToLong(DomainChange::removed).sum();
    long changed = prepared.changes().stream().mapToLong(DomainChange::changed).sum();
    assertThat(List.of(added, removed, changed)).doesNotContain(0L);
    assertThat(feed.where("_change_type = 'insert'").count()).isEqualTo(added + changed);
    assertThat(feed.where("_change_type = 'delete'").count()).isEqualTo(removed + changed);
    assertThat(feed.where("domain = 'poems'").count()).as("poems are what they were").isZero();
  }

  private List<String> rows(TableSchema<?> schema, RunPaths paths) {
    Table<?> table = Table.at(spark, schema, paths.table(schema.name()));
    return table.read(table.latestVersion().orElseThrow()).toJSON().collectAsList().stream()
        .sorted()
        .toList();
  }

  private PreparationListener heard() {
    return new PreparationListener() {
      @Override
      public void message(String line) {
        messages.add(line);
      }
    };
  }

  private RunPaths paths(String run) {
    return RunPaths.of(folder.resolve(run).toString());
  }
}
