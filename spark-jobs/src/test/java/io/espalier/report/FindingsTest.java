package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Interval;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What the views decide and say. */
class FindingsTest {
  private static final Palette PALETTE = new Palette(List.of("code", "legal"));
  private static final Significance NOTHING_TESTED = Significance.of(List.of());

  @Test
  void theHeadlineComparesTheBestAverageAndEnsembleWithTheDenseModel() {
    Figures figures =
        Figures.of(
            List.of(
                training("dense", "legal", 40),
                training("dense", "code", 60),
                training("merged/uniform", "legal", 44),
                training("merged/uniform", "code", 66),
                training("ensemble/a", "legal", 39),
                training("ensemble/a", "code", 51),
                training("ensemble/b", "legal", 38),
                training("ensemble/b", "code", 70)));
    Headline headline = Headline.of(figures, NOTHING_TESTED);
    assertThat(headline.sentence())
        .isEqualTo(
            "On the mean of 2 training domains the dense model has a perplexity of 50.0, the"
                + " ensemble a 45.0 (10.0 % below) and the average uniform 55.0 (10.0 % above).");
    assertThat(headline.tiles())
        .extracting(Headline.Tile::value)
        .containsExactly("50.0", "55.0", "45.0");
    assertThat(headline.tiles())
        .extracting(Headline.Tile::emphasised)
        .containsExactly(false, false, true);
  }

  @Test
  void aCellKnowsItsDistanceFromTheReferenceAndWhetherItIsTheLowest() {
    Grid grid =
        Grid.all(
            Figures.of(
                List.of(
                    training("dense", "legal", 40),
                    training("expert/legal", "legal", 33),
                    training("expert/code", "legal", 400))),
            NOTHING_TESTED);
    List<Grid.Cell> cells = grid.rows().get(0).cells();
    assertThat(cells).extracting(Grid.Cell::style).containsExactly("z", "p5", "m4");
    assertThat(cells).extracting(Grid.Cell::best).containsExactly(false, false, true);
    assertThat(cells.get(2).description())
        .isEqualTo(
            "expert legal on legal: perplexity 33.0, – bits per byte, 17.5 % below the dense model");
  }

  @Test
  void aDifferenceThatMayBeChanceIsSaidToBeSo() {
    List<Result> results =
        List.of(
            training("dense", "legal", 40),
            training("merged/uniform", "legal", 39),
            training("ensemble/a", "legal", 30));
    Significance significance =
        Significance.of(
            List.of(
                comparison("merged/uniform", "dense", "legal", 0.975, Verdict.NOT_SIGNIFICANT),
                comparison("ensemble/a", "dense", "legal", 0.75, Verdict.LOWER)));
    Figures figures = Figures.of(results);
    assertThat(Headline.of(figures, significance).sentence())
        .isEqualTo(
            "On the domain legal the dense model has a perplexity of 40.0, the ensemble a 30.0"
                + " (25.0 % below) and the average uniform 39.0 (2.5 % below, not significant).");
    assertThat(Grid.all(figures, significance).rows().get(0).cells())
        .extracting(Grid.Cell::mark)
        .containsExactly("", "~", "");
  }

  @Test
  void theTableOfTestsSaysHowManyDifferencesAreMoreThanChance() {
    List<Comparison> comparisons =
        List.of(
            comparison("merged/uniform", "dense", "legal", 0.975, Verdict.NOT_SIGNIFICANT),
            comparison("ensemble/a", "dense", "legal", 0.75, Verdict.LOWER),
            comparison("expert/code", "dense", "legal", 2, Verdict.HIGHER));
    Figures figures =
        Figures.of(
            List.of(
                training("dense", "legal", 40),
                training("expert/code", "legal", 80),
                training("merged/uniform", "legal", 39),
                training("ensemble/a", "legal", 30)));
    TestsView view = TestsView.of(comparisons, figures);
    assertThat(view.rows())
        .extracting(TestsView.Row::model)
        .containsExactly("the average uniform", "the ensemble a");
    assertThat(view.rows().get(1).ratio()).isEqualTo("−25.0 % (−26.0 to −24.0)");
    assertThat(view.finding())
        .startsWith("Of the differences between means these are more than chance: 1 of 2 on");
  }

  @Test
  void theTopKCurveSaysHowFewExpertsAreEnough() {
    List<Result> results =
        List.of(
            training("ensemble/a", "legal", 100),
            training("ensemble/a/top/1", "legal", 103),
            training("ensemble/a/top/2", "legal", 100.4),
            training("expert/code", "legal", 300),
            training("expert/legal", "legal", 101),
            training("expert/press", "legal", 300));
    TopKView view = TopKView.of(results, Figures.of(results), NOTHING_TESTED);
    assertThat(view.chart().series()).hasSize(1);
    assertThat(view.chart().series().get(0).x()).containsExactly(1.0, 2.0, 3.0);
    assertThat(view.chart().series().get(0).y().get(1)).isCloseTo(0.4, within(1e-9));
    assertThat(view.sentence())
        .isEqualTo(
            "On training domains 2 of 3 experts per token are within 1 % of all (one alone: +3.0"
                + " %).");
  }

  @Test
  void leavingOneOutSaysWhoIsMissed() {
    List<Result> results =
        List.of(
            training("ensemble/a", "legal", 100),
            training("ensemble/a/without/legal", "legal", 130),
            training("ensemble/a/without/code", "legal", 99),
            training("ensemble/a", "code", 50),
            training("ensemble/a/without/legal", "code", 50),
            training("ensemble/a/without/code", "code", 75),
            evaluation("ensemble/a", "poetry", 200),
            evaluation("ensemble/a/without/legal", "poetry", 210),
            evaluation("ensemble/a/without/code", "poetry", 201));
    LeaveOneOutView view =
        LeaveOneOutView.of(
            results,
            Figures.of(results),
            Significance.of(
                List.of(
                    comparison(
                        "ensemble/a/without/code",
                        "ensemble/a",
                        "legal",
                        0.99,
                        Verdict.NOT_SIGNIFICANT))));
    assertThat(view.experts()).containsExactly("code", "legal");
    assertThat(view.rows())
        .extracting(LeaveOneOutView.Row::domain)
        .containsExactly("code", "legal", "poetry");
    assertThat(view.rows().get(1).cells())
        .extracting(LeaveOneOutView.Cell::text)
        .containsExactly("−1.0", "+30.0");
    assertThat(view.rows().get(1).cells())
        .extracting(LeaveOneOutView.Cell::mark)
        .containsExactly("~", "");
    assertThat(view.finding())
        .isEqualTo(
            "Without its own expert a training domain's perplexity changes by +40.0 % on average,"
                + " without another one by \u22120.5 %; text that no expert was trained on misses"
                + " legal the most (+5.0 %).");
  }

  static Comparison comparison(
      String model, String baseline, String domain, double ratio, Verdict verdict) {
    Interval interval = new Interval(ratio, ratio - 0.01, ratio + 0.01);
    return new Comparison(
        model,
        baseline,
        domain,
        Result.TRAINING,
        Result.TEST_SPLIT,
        1,
        50,
        5000,
        interval,
        interval,
        interval,
        0.5,
        verdict);
  }

  @Test
  void theSeedCountsOnBothSidesOfTheCost() {
    List<LedgerEntry> ledger =
        List.of(
            new LedgerEntry("train-seed", "", 0, "cpu", 100, 90, 1e12, 1000, 0),
            new LedgerEntry("train-seed", "", 0, "slots", 0, 0, 0, 0, 0, 50, 3, 0),
            new LedgerEntry("train-experts", "code", 0, "cpu", 60, 50, 5e11, 500, 0),
            new LedgerEntry("train-experts", "legal", 0, "cpu", 60, 50, 5e11, 500, 0),
            new LedgerEntry("merge", "merged", 0, "cpu", 2, 1, 0, 0, 0),
            new LedgerEntry("train-dense", "", 0, "cpu", 100, 90, 1e12, 1000, 0));
    CostView cost = CostView.of(ledger, true);
    assertThat(cost.finding())
        .isEqualTo(
            "Training the forest took 3.7 min of device time, the dense model 3.3 min: the forest"
                + " took 11 % more.");
    assertThat(cost.rows())
        .extracting(CostView.Row::resource)
        .containsExactly(
            "model compute", "tokens", "device time", "CPU time", "by the clock", "idle slots");
    assertThat(cost.rows().get(0).ratio()).isEqualTo("1.00");
    assertThat(CostView.of(ledger, false).rows().get(0).ratio()).isEqualTo("2.00");
    assertThat(CostView.of(ledger.subList(0, 2), true).isEmpty()).isTrue();
    LedgerView view = LedgerView.of(ledger, true, PALETTE);
    assertThat(view.rows().get(0).tasks()).isEqualTo(1);
    assertThat(view.rows().get(0).utilisationText()).isEqualTo("97 %");
    assertThat(view.finding())
        .contains("while stages ran, slots had nothing to do for 0.9 % of their time");
  }

  @Test
  void levelsGrowWithTheRatio() {
    int previous = -6;
    for (double ratio = 0.5; ratio < 4; ratio *= 1.01) {
      assertThat(Level.of(ratio)).isBetween(previous == -6 ? -5 : previous, 5);
      previous = Level.of(ratio);
    }
    assertThat(Level.of(1)).isZero();
    assertThat(Level.of(Double.NaN)).isZero();
    assertThat(Level.of(Double.POSITIVE_INFINITY)).isEqualTo(5);
    assertThat(Level.legend()).hasSize(11);
  }

  @Test
  void theHeatMapNamesDomainsThatAnotherExpertKnowsBetter() {
    assertThat(
            HeatMapFinding.of(
                Figures.of(
                    List.of(
                        training("expert/legal", "legal", 30),
                        training("expert/code", "legal", 29),
                        training("expert/legal", "code", 90),
                        training("expert/code", "code", 20),
                        evaluation("expert/legal", "poetry", 70),
                        evaluation("expert/code", "poetry", 80)))))
        .isEqualTo(
            "A domain's own expert is the best single expert on 1 of 2 training domains, not on"
                + " legal (code is); on text that no expert was trained on the best one is legal"
                + " (poetry).");
  }

  @Test
  void priorsSayWhoSpeaksForADomain() {
    PriorView view =
        PriorView.of(
            List.of(
                prior("expert/code", "legal", Result.TRAINING, 0.1),
                prior("expert/legal", "legal", Result.TRAINING, 0.9),
                prior("expert/code", "poetry", Result.EVALUATION, 0.001),
                prior("expert/legal", "poetry", Result.EVALUATION, 0.999)));
    assertThat(view.finding())
        .isEqualTo(
            "The own expert gets the most weight on 1 of 1 training domains; text that no expert"
                + " was trained on leans on legal (poetry).");
    assertThat(view.rows().get(1).cells())
        .extracting(PriorView.Cell::style)
        .containsExactly("s0", "s5");
  }

  @Test
  void lossesAreBinnedWithoutLosingTheirMean() {
    List<TrainingPoint> points = new ArrayList<>();
    for (int step = 1; step <= 5000; step++) {
      points.add(new TrainingPoint("dense", step, step * 10L, 1 + 1.0 / step, 1e-3));
    }
    Chart.Series series = LossCurves.of(points, PALETTE).loss().series().get(0);
    assertThat(series.y()).hasSizeLessThanOrEqualTo(240);
    double weighted =
        DoubleStream.iterate(0, i -> i + 1)
            .limit(series.y().size())
            .map(i -> series.y().get((int) i))
            .sum();
    assertThat(weighted / series.y().size()).isCloseTo(1.0018, within(1e-3));
    assertThat(LossCurves.of(points, PALETTE).finding())
        .isEqualTo(
            "The dense model ends at 1.00 nats per token after 5,000 updates and 50,000 tokens.");
  }

  @Test
  void aShortCurveEndsAtItsLastRowAndNotAtTheMeanOfItsWholeCourse() {
    List<TrainingPoint> points =
        List.of(
            new TrainingPoint("seed", 10, 100, 7.5, 1e-3),
            new TrainingPoint("seed", 20, 200, 7, 1e-3),
            new TrainingPoint("seed", 30, 300, 6.5, 1e-3));
    assertThat(LossCurves.of(points, PALETTE).finding())
        .isEqualTo("The seed model ends at 6.50 nats per token after 30 updates and 300 tokens.");
  }

  @Test
  void aDenseModelThatWentOnFromTheSeedHasTheSeedsComputeToo() {
    LedgerView view =
        LedgerView.of(
            List.of(
                new LedgerEntry("train-seed", "", 0, "cpu", 10, 9, 1e12, 1000, 0),
                new LedgerEntry("train-experts", "legal", 0, "cpu", 15, 14, 1e12, 1000, 0),
                new LedgerEntry("train-dense", "", 0, "cpu", 10, 9, 1e12, 1000, 0)),
            true,
            PALETTE);
    assertThat(view.finding())
        .contains("seed and experts together trained with 2.00 TFLOP")
        .contains("seed and dense model with 2.00 TFLOP");
  }

  @Test
  void theLedgerSaysWhatTookTheMostAndWhetherComputeWasMatched() {
    LedgerView view =
        LedgerView.of(
            List.of(
                new LedgerEntry("train-seed", "", 0, "cpu", 10, 9, 1e12, 1000, 0),
                new LedgerEntry("train-dense", "", 0, "cpu", 25, 24, 2e12, 2000, 2_500_000_000L),
                new LedgerEntry("train-experts", "legal", 1, "cpu", 15, 14, 1e12, 1000, 0)),
            false,
            PALETTE);
    assertThat(view.finding())
        .isEqualTo(
            "The stage train-dense took the most: 25 s of 50 s device time (50 %); seed and experts"
                + " together trained with 2.00 TFLOP, the dense model with 2.00 TFLOP; 1 task ran"
                + " again after a failure.");
    assertThat(view.rows().get(2).tokensPerSecond()).isEqualTo("67");
    assertThat(view.rows())
        .extracting(LedgerView.Row::communicatedText)
        .containsExactly("–", "2.50 GB", "–");
    assertThat(view.chart().series())
        .extracting(Chart.Series::label)
        .containsExactly("legal", "all domains");
  }

  @Test
  void thePosteriorSaysFromWhereOnAnExpertIsCertain() {
    assertThat(posterior(List.of(0.5, 0.95, 0.6, 0.91, 0.99)))
        .isEqualTo(
            "From token 4 on the expert legal, the text's own domain, has at least 90 % of the posterior.");
    assertThat(posterior(List.of(0.5, 0.6)))
        .isEqualTo("After 2 tokens the posterior is still divided: legal leads with 60 %.");
  }

  private static String posterior(List<Double> legal) {
    List<List<Double>> rows = legal.stream().map(p -> List.of(1 - p, p)).toList();
    List<String> tokens = legal.stream().map(p -> "x").toList();
    return PosteriorView.of(
            0,
            new PosteriorExample("legal", "test", 0, "e", tokens, List.of("code", "legal"), rows),
            PALETTE)
        .finding();
  }

  @Test
  void checkpointsStandBelowWhatTheyWereBranchedFrom() {
    ProvenanceView view =
        ProvenanceView.of(
            List.of(
                node("seed", List.of()),
                node("expert/code", List.of("seed")),
                node("expert/legal", List.of("seed")),
                node("merged/uniform", List.of("expert/code", "expert/legal"))),
            Map.of("scores", 3L));
    assertThat(view.branches())
        .extracting(branch -> branch.depth() + " " + branch.checkpoint().checkpoint())
        .containsExactly("0 seed", "1 expert/code", "1 expert/legal", "0 merged/uniform");
    assertThat(view.branches().get(3).origin()).isEqualTo("average of 2 experts");
    assertThat(view.finding())
        .isEqualTo("The figures depend on 4 checkpoints and on these table versions: scores 3.");
  }

  @Test
  void aDomainKeepsItsColourAndTheNinthIsDashed() {
    Palette palette = new Palette(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"));
    assertThat(palette.colour("a")).isEqualTo("c0").isEqualTo(palette.colour("i"));
    assertThat(palette.isDashed("a")).isFalse();
    assertThat(palette.isDashed("i")).isTrue();
    assertThat(palette.colour("unknown")).isEqualTo(Palette.MUTED);
  }

  @Test
  void numbersFitTheirColumn() {
    assertThat(
            DoubleStream.of(9.876, 42.26, 999.94, 12345.6, 3.2e9, Double.POSITIVE_INFINITY)
                .mapToObj(Numbers::perplexity))
        .containsExactly("9.88", "42.3", "999.9", "12,346", "3.2e+09", "∞");
    assertThat(Numbers.seconds(3.21)).isEqualTo("3.2 s");
    assertThat(Numbers.seconds(600)).isEqualTo("10.0 min");
    assertThat(Numbers.seconds(36_000)).isEqualTo("10.0 h");
    assertThat(Numbers.flops(1.234e15)).isEqualTo("1.23 PFLOP");
    assertThat(Numbers.share(0.034)).isEqualTo("3.4 %");
    assertThat(Numbers.beside(100, 100)).isEqualTo("equal to");
  }

  private static CheckpointNode node(String name, List<String> parents) {
    return new CheckpointNode(name, 1, "h", parents, 0);
  }

  private static Result training(String model, String domain, double perplexity) {
    return new Result(
        model, domain, Result.TRAINING, "test", Result.PERPLEXITY, perplexity, 1, "h");
  }

  private static Result evaluation(String model, String domain, double perplexity) {
    return new Result(
        model, domain, Result.EVALUATION, "test", Result.PERPLEXITY, perplexity, 1, "h");
  }

  private static Result prior(String model, String domain, String role, double value) {
    return new Result(model, domain, role, "validation", Result.CACHED_PRIOR, value, 1, "h");
  }
}
