package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.report.DataFacts.LengthFact;
import io.espalier.report.DataFacts.OriginFact;
import io.espalier.report.DataFacts.RejectedExample;
import io.espalier.report.DataFacts.RejectionFact;
import io.espalier.report.DataFacts.SourceFact;
import io.espalier.report.DataFacts.SplitFact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DataPageTest {
  private static final String HOSTILE = "</script><script>alert(1)</script><b onclick=\"x\">";

  private static final List<String> SECTIONS =
      List.of("rejections", "duplicates", "domains", "languages", "licences", "files");

  @Test
  void showsEveryReasonWithItsShareAndExamples() throws IOException {
    String html = Report.html(sample("law"));
    // To be looked at by whoever changes the page.
    Files.writeString(Path.of("target", "sample-data.html"), html);
    assertThat(html)
        .contains("near_duplicate", "30 %", "0.91 of law-7", "train/law.jsonl, record 12")
        .contains("id=\"flow-of-records\"", "id=\"rejections\"", "id=\"domains\"")
        .contains("0.250", "id=\"sources\"", "owner/repository");
  }

  @Test
  void everyRecordThatComesIntoAStageGoesOutOfIt() {
    DataFacts data = sample("law");
    FlowChart flow = FlowChart.of(data.stages(), data.splits());
    for (int i = 0; i < flow.nodes().size(); i++) {
      int place = i;
      if (flow.nodes().get(place).kind().equals("stage")) {
        assertThat(
                flow.links().stream()
                    .filter(link -> link.source() == place)
                    .mapToLong(FlowChart.Link::value)
                    .sum())
            .isEqualTo(flow.nodes().get(place).records());
      }
    }
    assertThat(flow.nodes()).extracting(FlowChart.Node::kind).contains("rejected", "domain");
  }

  @Test
  void textOfACorpusStaysText() {
    String html = Report.html(sample(HOSTILE));
    assertThat(html).doesNotContain("<script>alert", "<b onclick");
    assertThat(html).contains("&lt;/script&gt;").contains("\\u003c/script\\u003e");
  }

  @Test
  void leavesOutWhatIsNotThere() {
    DataFacts nothing =
        new DataFacts(
            sample("law").run(),
            "nothing",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            new DuplicateFact(new TreeMap<>(), List.of()),
            ClusterFact.NONE,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of());
    for (String section : SECTIONS) {
      assertThat(Report.html(nothing)).doesNotContain("#" + section, "id=\"" + section);
      assertThat(Report.html(sample("law"))).contains("#" + section, "id=\"" + section);
    }
  }

  @Test
  void theFileSaysWhatItIsOf() {
    String json = DataJson.of(sample("law"));
    assertThat(DataJson.isOf(json, "documents 4")).isTrue();
    assertThat(DataJson.isOf(json, "documents 5")).isFalse();
    assertThat(DataJson.isOf(json.substring(0, json.length() / 2), "documents 4")).isFalse();
  }

  @Test
  void duplicatesLanguagesClustersAndLicencesAreSummedUp() {
    DataPage page = DataPage.of(sample("law"));
    assertThat(page.duplicates().finding())
        .isEqualTo("27 records left out as copies of 4 documents; the largest group has 25.");
    assertThat(page.duplicates().sizes().labels()).containsExactly("2 records", "11–100 records");
    assertThat(page.languages().finding())
        .isEqualTo("Of 65 documents that a filter asked, en 92.3 % and unknown 7.7 %.");
    assertThat(page.languages().shares().series().get(0).y()).containsExactly(90.0, 100.0);
    assertThat(page.clusters().rows())
        .extracting(ClusterView.Row::labels)
        .containsExactly("courts 80 %, poems 20 %");
    assertThat(page.licences().finding()).startsWith("80 % of the text has a stated licence, in 1");
  }

  @Test
  void ofManyFilesThePageHasTheLargestAndTheJsonAll() {
    List<FileFact> files = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      files.add(new FileFact("data.training[0]", "part-%04d".formatted(i), i, "ab", 2, 1));
    }
    FilesView.Source source = FilesView.of(files).sources().get(0);
    assertThat(source.files()).hasSize(200).startsWith(files.get(800)).endsWith(files.get(999));
    assertThat(source.leftOut()).isEqualTo(800);
    assertThat(source.open()).isFalse();
    assertThat(source.summary())
        .isEqualTo("data.training[0]: 1,000 files, 500 kB, 1,000 of 2,000 records kept");
  }

  private static DataFacts sample(String name) {
    return new DataFacts(
        new RunFacts(name, "2026-11-25 10:00 UTC", "0.1.0", "local[2]", 0, ""),
        "documents 4",
        List.of(
            new StageCount("ingest", 100, 95, new TreeMap<>(Map.of("invalid_json", 5L))),
            new StageCount("deduplicate", 95, 65, new TreeMap<>(Map.of("near_duplicate", 30L)))),
        List.of(
            new RejectionFact("ingest", "invalid_json", 5, List.of()),
            new RejectionFact(
                "deduplicate",
                "near_duplicate",
                30,
                List.of(
                    new RejectedExample(
                        name + "-12", "train/" + name + ".jsonl", 12, "0.91 of law-7", name)))),
        List.of(
            new SplitFact(name, "training", "train", 50, 4000, 8, 1000, 24),
            new SplitFact("poetry", "evaluation", "test", 15, 1000, 2, 300, 0)),
        List.of(new LengthFact(name, 10, 60, 200, 500), new LengthFact("poetry", 1, 2, 3, 4)),
        List.of(
            new LanguageFact(name, "en", 45, 3600),
            new LanguageFact(name, "unknown", 5, 400),
            new LanguageFact("poetry", "en", 15, 1000)),
        new DuplicateFact(
            new TreeMap<>(Map.of(2L, 3L, 25L, 1L)),
            List.of(new DuplicateFact.Group(name + "-7", name, 20, 4, name + "-8", name))),
        new ClusterFact(
            0.8,
            0.7,
            1,
            new TreeMap<>(Map.of(name, new TreeMap<>(Map.of("courts", 40L, "poems", 10L))))),
        List.of(new SourceFact("data.training[0]", "/data/" + name, 2, 9000, "2026-11-01 08:00")),
        List.of(
            new LicenceFact(
                name, "MIT " + name, name, 2, List.of("data.training[0]"), 50, 4000, 1000),
            new LicenceFact("poetry", "", "", 0, List.of("data.evaluation[0]"), 15, 1000, 300)),
        List.of(new OriginFact("owner/repository", name, 50, 4000)),
        List.of(
            new FileFact("data.training[0]", name + ".jsonl", 9000, "0f".repeat(32), 85, 50),
            new FileFact("data.training[0]", "broken.gz", 20, "", 1, 0)),
        Map.of("documents", 4L, "rejections", 3L, "sequences", 5L));
  }
}
