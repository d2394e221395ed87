package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.Verdict;
import io.espalier.report.StudyFinding.Outcome;
import io.espalier.study.StudyModels;
import io.espalier.study.Trial;
import io.espalier.study.TrialKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StudyPageTest {
  private static final String ENSEMBLE = "ensemble/cached_prior";
  private static final String HOSTILE = "</script><script>alert(1)</script>";

  private final List<Result> results = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<TrialFact> trials = new ArrayList<>();

  private void measured(String model, double perplexity) {
    for (String split : List.of(Result.TEST_SPLIT, Result.VALIDATION_SPLIT)) {
      results.add(
          new Result(
              model,
              Result.MEAN_TRAINING,
              Result.TRAINING,
              split,
              Result.PERPLEXITY,
              perplexity,
              1000,
              ""));
    }
  }

  private void compared(String model, String baseline, double ratio, Verdict verdict) {
    comparisons.add(FindingsTest.comparison(model, baseline, Result.MEAN_TRAINING, ratio, verdict));
  }

  private void trial(String name, TrialKind kind, String setting, String message) {
    trials.add(
        new TrialFact(
            new Trial(name, kind, setting, List.of()),
            message.isEmpty(),
            message,
            20,
            600,
            1_228_800,
            1.6e12,
            614_400,
            93));
  }

  private StudyData data(String denseAtBest) {
    return new StudyData(
        new RunFacts("study", "2026-11-24 23:00 UTC", "0.1", "2 cores", 1, "name: study\n"),
        0.5,
        1_228_800,
        1.6e12,
        trials,
        new StudyModels(ENSEMBLE, denseAtBest, "", ""),
        results,
        comparisons,
        Map.of("results", 4L));
  }

  private StudyFinding finding(String denseAtBest, String claim) {
    return StudyFindings.of(data(denseAtBest)).stream()
        .filter(finding -> finding.claim().contains(claim))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aClaimHoldsWhereTheWholeIntervalSaysSo() {
    measured(ENSEMBLE, 87);
    measured("dense", 100);
    compared(ENSEMBLE, "dense", 0.87, Verdict.LOWER);
    StudyFinding found = finding("dense", "ensemble beats the dense model on the training domains");
    assertThat(found.outcome()).isEqualTo(Outcome.HOLDS);
    assertThat(found.found())
        .startsWith(
            "The ensemble has a perplexity of 87.0 where the dense model has 100.0, 87.0 %");
  }

  @Test
  void aClaimThatFailsAndOneThatIsOpenAreSaidToBeSo() {
    trial("random-split", TrialKind.RANDOM_SPLIT, "", "");
    compared("merged/posterior", "merged/uniform", 1.3, Verdict.HIGHER);
    compared("trials/random-split/" + ENSEMBLE, ENSEMBLE, 1.01, Verdict.NOT_SIGNIFICANT);
    assertThat(finding("dense", "Averaging by the posterior").outcome()).isEqualTo(Outcome.FAILS);
    StudyFinding open = finding("dense", "random parts");
    assertThat(open.outcome()).isEqualTo(Outcome.OPEN);
    assertThat(open.found()).endsWith("not significant).");
  }

  @Test
  void theDenseModelAtItsBestIsNamedByWhatItsTrialVaries() {
    trial("dense-batch-4-rate-0.003", TrialKind.DENSE_SWEEP, "batch 4, rate 0.003", "");
    String best = "trials/dense-batch-4-rate-0.003/dense";
    measured(ENSEMBLE, 87);
    measured(best, 60);
    compared(ENSEMBLE, best, 1.45, Verdict.HIGHER);
    StudyFinding found = finding(best, "with the batch and rate that suit it best");
    assertThat(found.outcome()).isEqualTo(Outcome.FAILS);
    assertThat(found.found()).contains("the dense model at its best (batch 4, rate 0.003)");
  }

  @Test
  void theBestSeedShareIsRead() {
    measured(ENSEMBLE, 90);
    trial("seed-share-0.25", TrialKind.SEED_SHARE, "0.25", "");
    trial("seed-share-0.75", TrialKind.SEED_SHARE, "0.75", "");
    measured("trials/seed-share-0.25/" + ENSEMBLE, 85);
    measured("trials/seed-share-0.75/" + ENSEMBLE, 99);
    StudyFinding found = finding("dense", "About half of the updates");
    assertThat(found.outcome()).isEqualTo(Outcome.FAILS);
    assertThat(found.found())
        .isEqualTo(
            "Of the shares 0.25, 0.5 and 0.75 the ensemble's perplexity is lowest at 0.25 (85.0).");
  }

  @Test
  void whatWasNotMeasuredIsNotClaimed() {
    assertThat(StudyFindings.of(data("dense"))).isEmpty();
    assertThat(Report.html(data("dense")).replaceAll("(?s)<script.*?</script>", ""))
        .contains("id=\"trials\"")
        .doesNotContain("NaN");
  }

  @Test
  void aFailedTrialSaysWhyAndItsTextStaysText() {
    trial(HOSTILE, TrialKind.RANDOM_SPLIT, HOSTILE, HOSTILE);
    String page = Report.html(data("dense"));
    assertThat(page).contains("failed: &lt;/script&gt;").doesNotContain("alert(1)</script>");
  }

  @Test
  void everyFigureHasItsFindingAndItsSource() {
    measured(ENSEMBLE, 87);
    measured("dense", 100);
    compared(ENSEMBLE, "dense", 0.87, Verdict.LOWER);
    trial("seed-share-0.25", TrialKind.SEED_SHARE, "0.25", "");
    measured("trials/seed-share-0.25/" + ENSEMBLE, 85);
    trial("domains-2", TrialKind.DOMAIN_COUNT, "2", "");
    compared("trials/domains-2/" + ENSEMBLE, "trials/domains-2/dense", 0.95, Verdict.LOWER);
    List<String> figures = List.of(Report.html(data("dense")).split("<figure>", -1));
    assertThat(figures).hasSize(4);
    assertThat(figures.subList(1, 4))
        .allSatisfy(
            figure ->
                assertThat(figure)
                    .containsPattern("class=\"finding\">[^<]+\\.<")
                    .contains("class=\"source\">"));
  }
}
