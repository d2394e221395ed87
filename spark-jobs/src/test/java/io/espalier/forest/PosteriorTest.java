package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every kind of posterior. */
class PosteriorTest {
  private static final int EXPERTS = 5;

  @ParameterizedTest
  @EnumSource
  void everyRowSumsToOne(Posterior posterior) {
    double[][] rows = posterior.logPosterior(somePrior(), RandomScores.of(EXPERTS, 40, 1));
    assertThat(rows).hasDimensions(41, EXPERTS);
    for (double[] row : rows) {
      assertThat(total(row)).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @EnumSource
  void reorderingTheExpertsReordersThePosterior(Posterior posterior) {
    int[] order = {3, 0, 4, 2, 1};
    float[][] scores = RandomScores.of(EXPERTS, 20, 2);
    double[] prior = somePrior();
    double[][] rows = posterior.logPosterior(prior, scores);
    double[][] reordered =
        posterior.logPosterior(
            Arrays.stream(order).mapToDouble(j -> prior[j]).toArray(),
            Arrays.stream(order).mapToObj(j -> scores[j]).toArray(float[][]::new));
    for (int t = 0; t < rows.length; t++) {
      for (int j = 0; j < EXPERTS; j++) {
        assertThat(reordered[t][j]).isCloseTo(rows[t][order[j]], within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExpertThatThoughtATokenImpossibleIsOut(Posterior posterior) {
    float[][] scores = RandomScores.of(EXPERTS, 6, 3);
    scores[2][3] = Float.NEGATIVE_INFINITY;
    double[][] rows = posterior.logPosterior(LogSpace.uniform(EXPERTS), scores);
    assertThat(rows[3][2]).isFinite();
    assertThat(rows[4][2]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(total(rows[4])).isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void thePriorIsTakenWhereEveryExpertThoughtATokenImpossible(Posterior posterior) {
    float[][] scores = RandomScores.of(EXPERTS, 3, 4);
    for (float[] row : scores) {
      row[1] = Float.NEGATIVE_INFINITY;
    }
    double[][] rows = posterior.logPosterior(somePrior(), scores);
    assertThat(rows[2]).containsExactly(somePrior(), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void oneExpertIsAlwaysCertain(Posterior posterior) {
    double[][] rows = posterior.logPosterior(new double[1], RandomScores.of(1, 9, 5));
    assertThat(rows).isDeepEqualTo(new double[10][1]);
  }

  @ParameterizedTest
  @EnumSource
  void nothingUnderflowsAlongALongSequence(Posterior posterior) {
    float[][] scores = new float[EXPERTS][1024];
    for (int j = 0; j < EXPERTS; j++) {
      Arrays.fill(scores[j], -80f - j);
    }
    double[][] rows = posterior.logPosterior(LogSpace.uniform(EXPERTS), scores);
    double[] last = rows[1024];
    int tokensThatCount = posterior == Posterior.FULL_CONTEXT ? 1024 : 1;
    assertThat(last[0] - last[4]).isCloseTo(4.0 * tokensThatCount, within(1e-6));
    assertThat(total(last)).isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void aScoreThatIsNoProbabilityIsRefusedWithItsPlace(Posterior posterior) {
    float[][] scores = RandomScores.of(EXPERTS, 8, 6);
    scores[3][7] = Float.NaN;
    assertThatThrownBy(() -> posterior.logPosterior(somePrior(), scores))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("log-probability of expert 3 at token 7 is NaN");
  }

  @ParameterizedTest
  @EnumSource
  void expertsThatScoredDifferentTokensAreRefused(Posterior posterior) {
    float[][] scores = {new float[3], new float[4]};
    assertThatThrownBy(() -> posterior.logPosterior(LogSpace.uniform(2), scores))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("experts scored 3 and 4 tokens of one sequence");
    assertThatThrownBy(() -> posterior.logPosterior(LogSpace.uniform(3), scores))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 rows of log-probabilities for a prior over 3 experts");
  }

  private static double[] somePrior() {
    Random random = new Random(7);
    double[] weights = random.doubles(EXPERTS, -3, 0).toArray();
    return LogSpace.normalized(weights, weights);
  }

  private static double total(double[] logWeights) {
    return Arrays.stream(logWeights).map(Math::exp).sum();
  }
}
