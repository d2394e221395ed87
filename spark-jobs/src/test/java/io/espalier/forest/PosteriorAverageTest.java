package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PosteriorAverageTest {

  @Test
  void theFirstPosteriorIsTheFirstAverageAndLaterOnesWeighThreeTenths() {
    PosteriorAverage average = new PosteriorAverage(2);
    average.add(logs(0.9, 0.1));
    assertThat(Math.exp(average.logMean()[0])).isCloseTo(0.9, within(1e-12));
    average.add(logs(0.2, 0.8));
    assertThat(Math.exp(average.logMean()[0])).isCloseTo(0.7 * 0.9 + 0.3 * 0.2, within(1e-12));
    assertThat(average.sequences()).isEqualTo(2);
  }

  @Test
  void anExpertUnusedForThousandsOfSequencesCanComeBack() {
    PosteriorAverage average = new PosteriorAverage(2);
    average.add(logs(0.5, 0.5));
    for (int i = 0; i < 5000; i++) {
      average.add(new double[] {0, -2000});
    }
    assertThat(average.logMean()[1]).isFinite();
    average.add(new double[] {-2000, 0});
    assertThat(Math.exp(average.logMean()[1])).isCloseTo(0.3, within(1e-9));
  }

  @Test
  void weightsOfATargetAreDecidedByItsFirstSequencesOnly() {
    float[][] forFirst = {{-1, -1}, {-9, -9}};
    float[][] forSecond = {{-9, -9}, {-1, -1}};
    PosteriorAverage one =
        ExpertWeights.ofValidation(
            Posterior.FULL_CONTEXT, 2, List.of(forFirst, forSecond, forSecond).iterator(), 1);
    assertThat(one.sequences()).isEqualTo(1);
    assertThat(Math.exp(one.logMean()[0])).isGreaterThan(0.999);
    PosteriorAverage none =
        ExpertWeights.ofValidation(Posterior.FULL_CONTEXT, 2, List.<float[][]>of().iterator(), 100);
    assertThat(none.logMean()).containsExactly(LogSpace.uniform(2), within(0.0));
  }

  private static double[] logs(double a, double b) {
    return new double[] {Math.log(a), Math.log(b)};
  }
}
