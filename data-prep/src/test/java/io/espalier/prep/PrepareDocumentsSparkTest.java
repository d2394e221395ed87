package io.espalier.prep;

import static io.espalier.prep.input.SampleFiles.gzip;
import static io.espalier.prep.input.SampleFiles.joined;
import static io.espalier.prep.input.SampleFiles.latin1;
import static io.espalier.prep.input.SampleFiles.parquet;
import static io.espalier.prep.input.SampleFiles.utf8;
import static io.espalier.prep.input.SampleFiles.zstandard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.SampleFiles.Sample;
import io.espalier.table.DocumentRow;
import io.espalier.table.LocalSpark;
import io.espalier.table.RejectionRow;
import io.espalier.table.Table;
import io.espalier.table.TableSchema;
import io.espalier.text.LengthFilter;
import io.espalier.text.UnicodeForm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole preparation over a small tree of files of every format, some of them damaged. */
class PrepareDocumentsSparkTest {
  private static final String POEM = "A poem that is evaluated on.";

  @TempDir static Path folder;
  private static RunPaths paths;
  private static PreparedDocuments prepared;
  private static final List<String> MESSAGES = new ArrayList<>();

  @BeforeAll
  static void prepareOnce() {
    writeTree(folder.resolve("in"));
    paths = RunPaths.of(folder.resolve("run").toString());
    prepared = run(settings("in", 0.9), paths);
  }

  @Test
  void theDocumentsAreExactlyTheseCleanedAndInTheirDomains() {
    String law = "law/2020/a.jsonl.gz";
    assertThat(documents(paths, prepared.documentsVersion()))
        .containsExactlyInAnyOrder(
            training("l1@" + uri(law) + "#1", "test", "The court decides.", "law"),
            training("l2", "test", "Second   ruling.\nWith lines.", "law"),
            training("l3", "a report", "A quoted\nline", "law"),
            training("c0", "test", "DEF F():  return 1", "code"),
            training("l1", "test", "An id that another file has too.", "code"),
            training("code/deep/er/d.txt", "code/deep/er/d.txt", "Plain text\u00E9.", "code"),
            training("7", "paper", "Evening news.", "news"),
            evaluation("p1", "Another poem.", "validation"),
            evaluation("z2", POEM, "test"));
  }

  @Test
  void everyOtherRecordIsARejectionWithFilePlaceStageAndReason() {
    List<RejectionRow> rejections = rejections(paths, prepared.rejectionsVersion());

    assertThat(rejections.stream().map(r -> brief(r) + " " + r.detail()))
        .containsExactlyInAnyOrder(
            "law/2020/a.jsonl.gz#3 ingest truncated_gzip the file is damaged in line 3, the rest is"
                + " lost: the file ends inside a member's header or trailer",
            "law/b.csv#2 ingest ragged_record line 4 has 2 fields, the header 3",
            "code/c.jsonl#2 ingest invalid_utf8 byte 14 is 0xE9",
            "code/c.jsonl#3 ingest broken_json column 17: Unexpected end-of-input: was expecting"
                + " closing quote for a string value",
            "code/c.jsonl#4 ingest missing_field text is not there; the record has: id, body",
            "code/c.jsonl#5 clean empty_text nothing is left of 4 characters after cleaning",
            "code/c.jsonl#6 filter too_short 2 characters, minimum_characters is 3",
            "code/c.jsonl#1 deduplicate exact_duplicate same text as c0",
            "code/c.jsonl#9 ingest oversize_document 1001 bytes of text, maximum_document_bytes is"
                + " 1000",
            "news/e.parquet#2 deduplicate exact_duplicate same text as z2",
            "news/empty.jsonl#0 ingest empty_file the file has no bytes",
            "news/notes.docx#0 ingest unknown_format the name ends in none of "
                + RecordFormat.KNOWN_NAMES
                + "; format says what it is");
    assertThat(rejections)
        .allSatisfy(r -> assertThat(r.role()).isEqualTo("training"))
        .filteredOn(r -> r.reason().equals("exact_duplicate"))
        .extracting(RejectionRow::text)
        .containsExactlyInAnyOrder("def f(): return 1", "a poem that is evaluated on.");
  }

  @Test
  void keptAndRejectedAreWhatWasReadAtEveryStageAndItIsSaid() {
    assertThat(MESSAGES)
        .contains(
            "ingest: 21 read, 13 kept, 8 rejected (1 broken_json, 1 empty_file, 1 invalid_utf8, 1"
                + " missing_field, 1 oversize_document, 1 ragged_record, 1 truncated_gzip, 1"
                + " unknown_format)",
            "clean: 13 read, 12 kept, 1 rejected (1 empty_text)",
            "filter: 12 read, 11 kept, 1 rejected (1 too_short)",
            "deduplicate: 11 read, 9 kept, 2 rejected (2 exact_duplicate)",
            "domain: 9 read, 9 kept, 0 rejected");
    assertThat(prepared.domains())
        .containsExactly(
            new DomainCounts("poems", "evaluation", "test", 1, 28),
            new DomainCounts("poems", "evaluation", "validation", 1, 13),
            new DomainCounts("code", "training", "train", 3, 63),
            new DomainCounts("law", "training", "train", 3, 59),
            new DomainCounts("news", "training", "train", 1, 13));
  }

  @Test
  void theSameFilesAndSettingsAreNotPreparedAgain() {
    List<String> heard = new ArrayList<>();

    assertThat(
            PrepareDocuments.run(
                LocalSpark.session(), settings("in", 0.9), paths, 20, listener(heard)))
        .isEqualTo(prepared);
    assertThat(heard).hasSize(1).first().asString().startsWith("skipped: 9 documents");
    assertThat(documentsTable(paths).latestVersion()).hasValue(0);
  }

  @Test
  void tooManyRejectionsStopTheRunAndAChangedFolderMakesAnotherVersion() {
    writeTree(folder.resolve("changing"));
    RunPaths run = RunPaths.of(folder.resolve("changing-run").toString());

    assertThatThrownBy(() -> run(settings("changing", 0.3), run))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "data.maximum_rejected_fraction is 0.3 but 0.526 of the records of data.training[0]")
        .hasMessageContaining(
            "1 broken_json (first: code/c.jsonl record 3: column 17: Unexpected end-of-input")
        .hasMessageEndingWith("the table " + run.table("rejections") + " lists them");
    assertThat(documentsTable(run).latestVersion()).as("documents").isEmpty();
    assertThat(rejections(run, 0)).hasSize(12);

    PreparedDocuments before = run(settings("changing", 0.6), run);
    List<DocumentRow> old = documents(run, before.documentsVersion());
    assertThat(old).hasSize(9);
    Corpus.write(folder.resolve("changing/law/new.jsonl"), Map.of("a0", "A new law."));
    PreparedDocuments after = run(settings("changing", 0.6), run);

    assertThat(after.documentsVersion()).isEqualTo(before.documentsVersion() + 1);
    assertThat(documents(run, after.documentsVersion()))
        .hasSize(10)
        .contains(training("a0", "test", "A new law.", "law"));
    assertThat(documents(run, before.documentsVersion())).hasSameElementsAs(old);
  }

  private static void writeTree(Path in) {
    byte[] law =
        gzip(
            utf8(Corpus.line("l1", "The court decides.") + "\n"),
            utf8(Corpus.line("l2", " \nSecond   ruling. \r\nWith lines.\r\n") + "\r\n"));
    Corpus.write(in.resolve("law/2020/a.jsonl.gz"), Arrays.copyOf(law, law.length - 3));
    Corpus.write(
        in.resolve("law/b.csv"),
        utf8("\uFEFFid,text,source\r\nl3,\"A quoted\nline\",a report\r\nl4,short\r\n"));
    Corpus.write(
        in.resolve("code/c.jsonl"),
        joined(
            utf8(Corpus.line("c1", "def f(): return 1") + "\n"),
            latin1("{\"text\": \"caf\u00E9\"}\n"),
            utf8("{\"text\": \"cut he\n"),
            utf8("{\"id\": \"c3\", \"body\": \"elsewhere\"}\n"),
            utf8(Corpus.line("c4", " \u200B\t\n") + "\n"),
            utf8(Corpus.line("c5", "ab") + "\n"),
            utf8(Corpus.line("c0", "DEF F():  return 1") + "\n"),
            utf8(Corpus.line("l1", "An id that another file has too.") + "\n"),
            utf8(Corpus.line("c6", "x".repeat(1001)))));
    Corpus.write(in.resolve("code/deep/er/d.txt"), utf8("\uFEFFPlain texte\u0301."));
    Corpus.write(
        in.resolve("news/e.parquet"),
        parquet(
            List.of(
                new Sample("7", "Evening news.", "paper"),
                new Sample("8", "a poem that is evaluated on.", "paper"))));
    Corpus.write(in.resolve("news/empty.jsonl"), new byte[0]);
    Corpus.write(in.resolve("news/notes.docx"), new byte[] {'P', 'K', 3, 4});
    Corpus.write(
        in.resolveSibling(in.getFileName() + "-poems/x.jsonl.zst"),
        zstandard(utf8(Corpus.line("z2", POEM) + "\n" + Corpus.line("p1", "Another poem."))));
  }

  private static DataSettings settings(String name, double maximumRejectedFraction) {
    Path poems = folder.resolve(name + "-poems");
    return new DataSettings(
        List.of(Corpus.source(folder.resolve(name))),
        List.of(Corpus.source(poems, new FixedDomainSharder("poems"))),
        List.of(),
        UnicodeForm.NFC,
        List.of(new LengthFilter(3, 1_000_000)),
        Deduplicate.EXACT,
        1000,
        maximumRejectedFraction,
        new SplitSettings(0, 0),
        new EvaluationSplitSettings(0.5));
  }

  private static PreparedDocuments run(DataSettings settings, RunPaths run) {
    return PrepareDocuments.run(LocalSpark.session(), settings, run, 20, listener(MESSAGES));
  }

  private static PreparationListener listener(List<String> heard) {
    return new PreparationListener() {
      @Override
      public void stageSkipped(String stage, String why) {
        heard.add("skipped: " + why);
      }

      @Override
      public void message(String line) {
        heard.add(line);
      }
    };
  }

  private static Table<DocumentRow> documentsTable(RunPaths run) {
    return Table.at(LocalSpark.session(), TableSchema.DOCUMENTS, run.table("documents"));
  }

  private static List<DocumentRow> documents(RunPaths run, long version) {
    return documentsTable(run).collect(version);
  }

  private static List<RejectionRow> rejections(RunPaths run, long version) {
    return Table.at(LocalSpark.session(), TableSchema.REJECTIONS, run.table("rejections"))
        .collect(version);
  }

  private static DocumentRow training(String id, String source, String text, String domain) {
    return new DocumentRow(
        id, source, text, domain, "training", "train", utf8(text).length, "", "");
  }

  private static DocumentRow evaluation(String id, String text, String split) {
    return new DocumentRow(
        id, "test", text, "poems", "evaluation", split, utf8(text).length, "", "");
  }

  private static String uri(String path) {
    return "file:" + folder.resolve("in").resolve(path);
  }

  private static String brief(RejectionRow row) {
    return "%s#%d %s %s"
        .formatted(
            row.file().replace(uri(""), "").substring(1), row.record(), row.stage(), row.reason());
  }
}
