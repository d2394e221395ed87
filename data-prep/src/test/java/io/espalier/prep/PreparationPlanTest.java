package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.domain.FieldDomainSharder;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.RecordFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparationPlanTest {
  @TempDir Path temporary;
  private Path folder;
  private Path law;

  @BeforeEach
  void someFiles() {
    folder = temporary.resolve("in");
    law = folder.resolve("law/a.jsonl");
    Corpus.write(law, Map.of("1", "The court decides."));
    Corpus.write(folder.resolve("code/b.jsonl"), Map.of("2", "def f(): pass"));
  }

  @Test
  void sourcesHaveTheirFilesAndEvaluationComesLast() {
    Path poems = temporary.resolve("poems");
    Corpus.write(poems.resolve("p/c.jsonl"), Map.of("3", "Roses are red."));

    PreparationPlan plan = plan(List.of(Corpus.source(folder)), List.of(Corpus.source(poems)));

    assertThat(plan.sources())
        .extracting(SourcePlan::key)
        .containsExactly("data.training[0]", "data.evaluation[0]");
    assertThat(plan.sources().get(0).files())
        .extracting(InputFile::path)
        .containsExactly("code/b.jsonl", "law/a.jsonl");
  }

  @Test
  void whatIsStatedOfTextIsNoPartOfTheFingerprint() {
    Path said = temporary.resolve("said.tsv");
    Corpus.write(said, "id\tlicence\n1\tMIT\n".getBytes(StandardCharsets.UTF_8));
    DataSettings plain = Corpus.settings(List.of(Corpus.source(folder)), List.of());
    DataSettings stated =
        Corpus.settings(
            List.of(stated(new ProvenanceSettings(said.toString(), "id", "licence", ""))),
            List.of());
    var configuration = new Configuration(false);
    assertThat(PreparationPlan.of(configuration, stated, 20).fingerprint())
        .isEqualTo(PreparationPlan.of(configuration, plain, 20).fingerprint());
    assertThat(Provenance.fingerprint(configuration, stated))
        .isNotEqualTo(Provenance.fingerprint(configuration, plain));
  }

  @Test
  void provenanceThatCannotBeReadIsRefusedWithItsKey() {
    Path said = temporary.resolve("said.tsv");
    Corpus.write(said, "id\tterms\n1\tMIT\n".getBytes(StandardCharsets.UTF_8));
    String file = said.toString();
    assertRefused(
        new ProvenanceSettings(temporary + "/not-there", "id", "terms", ""),
        "data.training[0].provenance.path is %s/not-there but".formatted(temporary));
    assertRefused(
        new ProvenanceSettings(file, "id", "licence", ""),
        "data.training[0].provenance.path is %s but none of its first records has a licence: "
            .formatted(file));
    assertRefused(
        new ProvenanceSettings(file, "name", "terms", ""),
        "data.training[0].provenance.id is name but none of the first 1 records has it; they have: id, terms");
    assertRefused(
        new ProvenanceSettings(file, "id", "terms", "repo"),
        "data.training[0].provenance.url is repo but none of the first 1 records has it; they have: id, terms");
  }

  private void assertRefused(ProvenanceSettings provenance, String sentence) {
    assertThatThrownBy(() -> plan(List.of(stated(provenance)), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(sentence);
  }

  private SourceSettings stated(ProvenanceSettings provenance) {
    SourceSettings plain = Corpus.source(folder);
    return new SourceSettings(
        plain.path(),
        plain.format(),
        plain.fields(),
        plain.domain(),
        plain.encoding(),
        plain.separator(),
        plain.title(),
        plain.backslashEscapes(),
        "MIT",
        "https://example.org",
        provenance);
  }

  @Test
  void theFingerprintFollowsFilesSettingsAndSeed() throws IOException {
    List<SourceSettings> sources = List.of(Corpus.source(folder));
    String before = plan(sources, List.of()).fingerprint();
    assertThat(plan(sources, List.of()).fingerprint()).isEqualTo(before);

    var configuration = new Configuration(false);
    DataSettings settings = Corpus.settings(sources, List.of());
    assertThat(PreparationPlan.of(configuration, settings, 99).fingerprint()).isNotEqualTo(before);
    List<SourceSettings> fixed = List.of(Corpus.source(folder, new FixedDomainSharder("all")));
    assertThat(plan(fixed, List.of()).fingerprint()).isNotEqualTo(before);

    Files.setLastModifiedTime(law, FileTime.fromMillis(1_000_000_000_000L));
    String touched = plan(sources, List.of()).fingerprint();
    assertThat(touched).isNotEqualTo(before);
    Corpus.write(folder.resolve("code/c.jsonl"), Map.of("4", "more"));
    assertThat(plan(sources, List.of()).fingerprint()).isNotEqualTo(touched);
  }

  @Test
  void pathsWithoutFilesAreRefusedWithTheirKey() {
    refused(
        List.of(Corpus.source(folder), Corpus.source(folder.resolve("nowhere"))),
        "data.training[1].path is " + folder.resolve("nowhere") + " but there is nothing there");
  }

  @Test
  void aFileOfTwoSourcesIsRefused() {
    refused(
        List.of(
            Corpus.source(folder),
            Corpus.source(folder.resolve("law"), new FixedDomainSharder("l"))),
        "data.training[1].path is file://"
            + folder.resolve("law")
            + "/ but file:"
            + law
            + " in it belongs to data.training[0] already");
  }

  @Test
  void aFileInNoFolderHasNoDomainByFolder() {
    Corpus.write(folder.resolve("top.jsonl"), Map.of("5", "no folder"));

    refused(
        List.of(Corpus.source(folder)),
        "data.training[0].domain.type is source_folder but top.jsonl lies in no folder below");
  }

  @Test
  void aSourceWithoutAnyTextIsRefusedWithTheFirstReason() {
    Path other = temporary.resolve("other");
    Corpus.write(other.resolve("x/a.jsonl"), "{\"body\": 1}\n".getBytes(StandardCharsets.UTF_8));

    refused(
        List.of(Corpus.source(other)),
        "none of its first records has a text: x/a.jsonl, record 1: missing_field, text is not"
            + " there; the record has: body");
  }

  @Test
  void fieldsThatNoRecordHasAreRefusedWithThoseThatItHas() {
    SourceSettings wrong =
        SourceSettings.of(
            folder.toString(),
            RecordFormat.AUTO,
            new FieldMapping("identifier", "text", ""),
            new FixedDomainSharder("all"));
    refused(
        List.of(wrong),
        "data.training[0].fields.id is identifier but none of the first 2 records has it; they"
            + " have: id, text, source; \"\" means that there is none");
    refused(
        List.of(Corpus.source(folder, new FieldDomainSharder("meta.subset"))),
        "data.training[0].domain.field is meta.subset but none of the first 2 records has it");
  }

  @Test
  void damagedRecordsBeforeAGoodOneRefuseNothing() {
    Corpus.write(
        folder.resolve("code/a.jsonl"),
        ("{broken\n" + Corpus.line("6", "good") + "\n").getBytes(StandardCharsets.UTF_8));

    assertThat(plan(List.of(Corpus.source(folder)), List.of()).bytes()).isPositive();
  }

  private static PreparationPlan plan(
      List<SourceSettings> training, List<SourceSettings> evaluation) {
    return PreparationPlan.of(new Configuration(false), Corpus.settings(training, evaluation), 20);
  }

  private static void refused(List<SourceSettings> training, String sentence) {
    assertThatThrownBy(() -> plan(training, List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }
}
