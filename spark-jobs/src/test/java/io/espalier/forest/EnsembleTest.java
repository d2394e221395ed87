package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class EnsembleTest {
  private static final Ensemble ALL = new Ensemble(Posterior.FULL_CONTEXT, 0);

  @Test
  void aSequencesProbabilityIsTheMeanOfTheExpertsProbabilitiesOfIt() {
    int experts = 4;
    float[][] scores = RandomScores.of(experts, 300, 11);
    double[] sequenceLogs = Arrays.stream(scores).mapToDouble(EnsembleTest::sum).toArray();
    double expected = LogSpace.logSumExp(sequenceLogs) - Math.log(experts);
    assertThat(sum(mix(ALL, scores))).isCloseTo(expected, within(1e-8));
  }

  @Test
  void oneExpertIsItsOwnEnsemble() {
    float[][] scores = RandomScores.of(1, 50, 12);
    double[] mixed = mix(ALL, scores);
    for (int t = 0; t < 50; t++) {
      assertThat(mixed[t]).isEqualTo(scores[0][t]);
    }
  }

  @Test
  void identicalExpertsChangeNothing() {
    float[] scores = RandomScores.of(1, 50, 13)[0];
    double[] mixed = mix(ALL, new float[][] {scores, scores.clone(), scores.clone()});
    for (int t = 0; t < 50; t++) {
      assertThat(mixed[t]).isCloseTo(scores[t], within(1e-12));
    }
  }

  @Test
  void aTokenNoExpertThinksPossibleIsImpossible() {
    float[][] scores = RandomScores.of(2, 3, 14);
    scores[0][1] = Float.NEGATIVE_INFINITY;
    scores[1][1] = Float.NEGATIVE_INFINITY;
    double[] mixed = mix(ALL, scores);
    assertThat(mixed[0]).isFinite();
    assertThat(mixed[1]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(mixed[2]).isFinite();
  }

  @Test
  void keepingAllExpertsIsTheSameAsNoLimit() {
    float[][] scores = RandomScores.of(3, 30, 15);
    assertThat(mix(new Ensemble(Posterior.FULL_CONTEXT, 3), scores)).isEqualTo(mix(ALL, scores));
  }

  @Test
  void keepingOneExpertFollowsTheMostProbable() {
    float[][] scores = {{-1, -5}, {-3, -1}};
    double[] mixed = mix(new Ensemble(Posterior.FULL_CONTEXT, 1), scores);
    // Both tie before the first token and stay; the first expert leads before the second token.
    assertThat(mixed[0]).isCloseTo(Math.log((Math.exp(-1) + Math.exp(-3)) / 2), within(1e-12));
    assertThat(mixed[1]).isEqualTo(-5.0);
  }

  @Test
  void keptExpertsAreRenormalised() {
    double[] weights =
        new Ensemble(Posterior.LAST_TOKEN, 2)
            .weights(new double[] {Math.log(0.5), Math.log(0.2), Math.log(0.3)});
    assertThat(Math.exp(weights[0])).isCloseTo(0.625, within(1e-12));
    assertThat(weights[1]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Math.exp(weights[2])).isCloseTo(0.375, within(1e-12));
  }

  private static double[] mix(Ensemble ensemble, float[][] scores) {
    double[][] rows = ensemble.logPosterior(LogSpace.uniform(scores.length), scores);
    return ensemble.logProbabilities(rows, scores);
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }
}
