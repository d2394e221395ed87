package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final int MAXIMUM_BYTES = 3_000_000;

  /** What corpora and file names may hold; each would break out of some part of a page. */
  private static final String HOSTILE =
      "</script><script>document.title='PWNED'</script><img src=x onerror=\"document.title='PWNED'\">"
          + "\"'><b>bold</b><!-- ${7*7} \u2028 javascript:alert(1) \\u003c & &amp; ]]>";

  private static final String OWN_TAG =
      "<(!doctype html|/?[a-z][a-z0-9]*(\\s+[a-z-]+(=\"[^\"]*\")?)*\\s*)>";

  @Test
  void isOneFileUnderTheSizeLimitThatNeedsNoNetwork() throws IOException {
    String html = Report.html(SampleRun.data());
    // To be looked at by whoever changes the page.
    Files.writeString(Path.of("target", "sample-report.html"), html);
    assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MAXIMUM_BYTES);
    assertThat(html)
        .doesNotContain("src=\"http", "href=\"http", "@import", "url(")
        .doesNotContainPattern("<(link|iframe|object|embed|base|form)\\b");
  }

  @Test
  void hasASectionForEverythingThatWasMeasured() {
    assertThat(Report.html(SampleRun.data()))
        .contains(
            "id=\"result\"", "id=\"models\"", "id=\"weights\"", "id=\"parts\"", "id=\"posterior\"")
        .contains(
            "id=\"lines\"", "id=\"training\"", "id=\"ledger\"", "id=\"data\"", "id=\"provenance\"");
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    ReportData nothing =
        new ReportData(
            SampleRun.data().run(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            List.of(),
            List.of());
    assertThat(Report.html(nothing))
        .contains("id=\"provenance\"")
        .doesNotContain("id=\"result\"", "id=\"training\"", "id=\"ledger\"", "id=\"data\"");
  }

  @Test
  void everyChartHasItsCanvasWithAFindingAndASource() {
    String html = Report.html(SampleRun.data());
    Matcher canvas =
        Pattern.compile("<canvas id=\"chart-([^\"]+)\" role=\"img\" aria-label=\"([^\"]+)\"")
            .matcher(html);
    List<String> ids = new ArrayList<>();
    while (canvas.find()) {
      ids.add(canvas.group(1));
      assertThat(canvas.group(2)).endsWith(".").doesNotContain("NaN");
    }
    assertThat(ids)
        .containsExactly(
            "relative", "top-k", "line-0", "posterior-0", "loss", "learning-rate", "ledger");
    List<String> figures = List.of(html.split("<figure>", -1));
    assertThat(figures).hasSizeGreaterThan(ids.size() + 1);
    assertThat(figures.subList(1, figures.size()))
        .allSatisfy(figure -> assertThat(figure).contains("<h3>", "class=\"source\">"));
  }

  @Test
  void textOfACorpusStaysText() throws IOException {
    String html = Report.html(hostile());
    Files.writeString(Path.of("target", "hostile-report.html"), html);
    assertThat(occurrences(html, "(?i)<script")).isEqualTo(3);
    assertThat(occurrences(html, "(?i)</script")).isEqualTo(3);
    assertThat(html).contains("&lt;/script&gt;&lt;script&gt;");
    assertThat(html).contains("\\u003c/script\\u003e\\u003cscript\\u003e");
    String elements = html.replaceAll("(?s)<(script|style).*?</\\1>", "");
    // Every angle bracket that is left begins a tag of ours, all of whose attributes are quoted.
    assertThat(elements.replaceAll(OWN_TAG, "")).doesNotContain("<");
    assertThat(elements)
        .doesNotContain("<img", "<b>bold")
        .doesNotContainPattern("<[^>]* on\\w+=\"");
  }

  @Test
  void onlyTheTwoKnownScriptsMayRun() {
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]+)\"")
            .matcher(Report.html(SampleRun.data()));
    assertThat(policy.find()).isTrue();
    assertThat(policy.group(1).replace("&#39;", "'"))
        .matches(
            "default-src 'none'; script-src 'sha256-[^']+' 'sha256-[^']+'; style-src 'sha256-[^']+';"
                + " base-uri 'none'; form-action 'none'");
  }

  private static ReportData hostile() {
    ReportData sample = SampleRun.data();
    return new ReportData(
        new RunFacts(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 3, HOSTILE),
        List.of(
            result("dense", Result.PERPLEXITY, 10),
            result("expert/" + HOSTILE, Result.PERPLEXITY, 9),
            result("ensemble/" + HOSTILE, Result.PERPLEXITY, 8),
            result("expert/" + HOSTILE, Result.CACHED_PRIOR, 1)),
        List.of(
            new TrainingPoint("expert/" + HOSTILE, 1, 1, 1, 1),
            new TrainingPoint(HOSTILE, 1, 1, 1, 1)),
        List.of(new LedgerEntry(HOSTILE, HOSTILE, 0, HOSTILE, 1, 1, 1, 1, 0)),
        List.of(new StageCount(HOSTILE, 2, 1, Map.of(HOSTILE, 1L))),
        List.of(new CheckpointNode(HOSTILE, 1, HOSTILE, List.of(HOSTILE), 0)),
        Map.of(HOSTILE, 1L, "results", 1L),
        List.of(
            new PosteriorExample(
                HOSTILE,
                HOSTILE,
                0,
                HOSTILE,
                List.of(HOSTILE, HOSTILE),
                List.of(HOSTILE),
                sample.examples().get(0).posterior().subList(0, 2).stream()
                    .map(row -> List.of(1.0))
                    .toList())),
        List.of(),
        List.of(
            new ConnectingLine(
                new ScoredModel(HOSTILE, HOSTILE),
                new ScoredModel(HOSTILE, HOSTILE),
                List.of(new ConnectingLine.Point(0, 1), new ConnectingLine.Point(1, 2)))));
  }

  private static Result result(String model, String metric, double value) {
    return new Result(model, HOSTILE, Result.TRAINING, "test", metric, value, 1, HOSTILE);
  }

  private static long occurrences(String text, String regex) {
    return Pattern.compile(regex).matcher(text).results().count();
  }
}
