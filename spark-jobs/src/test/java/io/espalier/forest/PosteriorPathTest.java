package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shared arithmetic of many mixtures, against one ensemble on one sequence at a time. */
class PosteriorPathTest {
  private static final int EXPERTS = 4;

  static Stream<Ensemble> ensembles() {
    List<Ensemble> all = new ArrayList<>();
    for (Posterior posterior : Posterior.values()) {
      for (TopKBy by : TopKBy.values()) {
        for (int k = 0; k <= EXPERTS; k++) {
          all.add(new Ensemble(posterior, k, by));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("ensembles")
  void mixesAsTheEnsembleDoes(Ensemble ensemble) {
    check(ensemble, 1);
  }

  @ParameterizedTest
  @MethodSource("ensembles")
  void mixesInLogSpaceWhereProbabilitiesUnderflow(Ensemble ensemble) {
    check(ensemble, 400);
  }

  /** Log-probabilities between 0 and −8 times the scale: e^−3200 is no float64. */
  private static void check(Ensemble ensemble, float scale) {
    int[] all = {0, 1, 2, 3};
    PosteriorPath path = new PosteriorPath(ensemble.posterior(), new UpdatingPrior(0.4), all, 0);
    PosteriorAverage average = new PosteriorAverage(EXPERTS, 0.4);
    for (int i = 0; i < 5; i++) {
      float[][] rows = RandomScores.of(EXPERTS, 7, i);
      for (float[] row : rows) {
        for (int t = 0; t < row.length; t++) {
          row[t] *= scale;
        }
      }
      ExpertScores scores = new ExpertScores(rows);
      path.follow(scores);
      double[] logPrior = average.logMean();
      double[] expected = ensemble.logProbabilities(ensemble.logPosterior(logPrior, rows), rows);
      assertThat(path.logProbabilities(scores, ensemble.topK(), ensemble.topKBy()))
          .containsExactly(expected, within(1e-9));
      double[][] posterior = ensemble.posterior().logPosterior(logPrior, rows);
      average.add(posterior[posterior.length - 1]);
    }
  }

  @ParameterizedTest
  @MethodSource("ensembles")
  void anExpertThatIsLeftOutMightAsWellNotExist(Ensemble ensemble) {
    PosteriorPath without =
        new PosteriorPath(ensemble.posterior(), new CachedPrior(), new int[] {0, 1, 3}, 2);
    PosteriorPath never =
        new PosteriorPath(ensemble.posterior(), new CachedPrior(), new int[] {0, 1, 2}, 2);
    for (int i = 0; i < 4; i++) {
      float[][] rows = RandomScores.of(EXPERTS, 7, i);
      ExpertScores four = new ExpertScores(rows);
      ExpertScores three = new ExpertScores(new float[][] {rows[0], rows[1], rows[3]});
      without.observe(four);
      never.observe(three);
      without.follow(four);
      never.follow(three);
      assertThat(without.logProbabilities(four, ensemble.topK(), ensemble.topKBy()))
          .isEqualTo(never.logProbabilities(three, ensemble.topK(), ensemble.topKBy()));
    }
  }

  @ParameterizedTest
  @MethodSource("ensembles")
  void noWeightIsLost(Ensemble ensemble) {
    float[][] alike = new float[EXPERTS][9];
    Arrays.stream(alike).forEach(row -> Arrays.fill(row, -3));
    ExpertScores scores = new ExpertScores(alike);
    PosteriorPath path =
        new PosteriorPath(ensemble.posterior(), new UniformPrior(), new int[] {0, 1, 2, 3}, 0);
    path.follow(scores);
    double[] expected = new double[9];
    Arrays.fill(expected, -3);
    assertThat(path.logProbabilities(scores, ensemble.topK(), ensemble.topKBy()))
        .containsExactly(expected, within(1e-12));
  }
}
