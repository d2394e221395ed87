package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.study.TrialKind;
import java.util.ArrayList;
import java.util.List;

/** What the template of a study lays out. */
public record StudyPage(
    StudyData data,
    List<StudyFinding> findings,
    TrialsTable trials,
    List<Figure> figures,
    PageAssets assets) {

  /**
   * A chart with what it says.
   *
   * @param finding generated from the numbers
   */
  public record Figure(String title, String finding, Chart chart) {}

  static StudyPage of(StudyData data) {
    List<StudyFinding> findings = StudyFindings.of(data);
    return new StudyPage(
        data, findings, TrialsTable.of(data), figures(data, findings), PageAssets.load());
  }

  private static List<Figure> figures(StudyData data, List<StudyFinding> findings) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Figure(
            "Compute against perplexity", first(findings, ""), StudyCurves.computeChart(data)));
    if (data.complete(TrialKind.SEED_SHARE).findAny().isPresent()) {
      figures.add(
          new Figure(
              "How much of the training goes into the seed",
              first(findings, "About half"),
              StudyCurves.seedShareChart(data)));
    }
    if (data.complete(TrialKind.DOMAIN_COUNT).findAny().isPresent()) {
      figures.add(
          new Figure(
              "The number of domains",
              first(findings, "A forest gains"),
              StudyCurves.domainCountChart(data)));
    }
    return figures;
  }

  private static String first(List<StudyFinding> findings, String claim) {
    return findings.stream()
        .filter(finding -> finding.claim().startsWith(claim))
        .map(StudyFinding::found)
        .findFirst()
        .orElse("");
  }

  /** Comparisons over several domains. */
  public List<Comparison> meanComparisons() {
    return data.comparisons().stream().filter(Comparison::isMean).toList();
  }

  /** Everything that is drawn, as JSON that can stand in a script element. */
  public String chartsJson() {
    return EmbeddedJson.of(figures.stream().map(Figure::chart).toList());
  }
}
