package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigFile;
import io.espalier.config.Merge;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every prior. */
class PriorContractTest {
  private static final int EXPERTS = 3;

  record Holder(Prior prior) {}

  static Stream<Prior> priors() {
    return Arrays.stream(Prior.class.getPermittedSubclasses())
        .map(
            member ->
                ConfigFile.bind(
                        Merge.over(
                            ConfigFile.parse(
                                "defaults", "prior: {decay: 0.3, sequences: 0, temperature: 0.1}"),
                            ConfigFile.parse("test", "prior: {type: %s}".formatted(name(member))),
                            Holder.class),
                        Holder.class)
                    .prior());
  }

  private static String name(Class<?> member) {
    return member.getAnnotation(JsonTypeName.class).value();
  }

  @ParameterizedTest
  @MethodSource("priors")
  void isUniformBeforeAnythingWasSeen(Prior prior) {
    double[] logPrior =
        prior.logPrior(new PosteriorAverage(EXPERTS), new PosteriorAverage(EXPERTS));
    assertThat(logPrior).containsExactly(LogSpace.uniform(EXPERTS), within(1e-15));
  }

  @ParameterizedTest
  @MethodSource("priors")
  void isADistribution(Prior prior) {
    double[] logPrior = prior.logPrior(average(1, 9), average(2, 4));
    assertThat(Arrays.stream(logPrior).map(Math::exp).sum()).isCloseTo(1, within(1e-12));
  }

  @ParameterizedTest
  @MethodSource("priors")
  void reorderingTheExpertsReordersIt(Prior prior) {
    double[] logPrior = prior.logPrior(average(1, 9), average(2, 4));
    double[] reversed = prior.logPrior(reversed(average(1, 9)), reversed(average(2, 4)));
    for (int j = 0; j < EXPERTS; j++) {
      assertThat(reversed[j]).isCloseTo(logPrior[EXPERTS - 1 - j], within(1e-12));
    }
  }

  @ParameterizedTest
  @MethodSource("priors")
  void onlyTheUpdatingPriorDependsOnScoredText(Prior prior) {
    double[] before = prior.logPrior(average(1, 9), new PosteriorAverage(EXPERTS));
    double[] after = prior.logPrior(average(1, 9), average(2, 4));
    assertThat(Arrays.equals(before, after)).isEqualTo(!(prior instanceof UpdatingPrior));
  }

  private static PosteriorAverage average(long seed, int sequences) {
    PosteriorAverage average = new PosteriorAverage(EXPERTS);
    for (int i = 0; i < sequences; i++) {
      ExpertWeights.observe(
          Posterior.FULL_CONTEXT, average, RandomScores.of(EXPERTS, 3, seed * 1000 + i));
    }
    return average;
  }

  private static PosteriorAverage reversed(PosteriorAverage average) {
    double[] logMean = average.logMean();
    double[] turned = new double[EXPERTS];
    Arrays.setAll(turned, j -> logMean[EXPERTS - 1 - j]);
    PosteriorAverage result = new PosteriorAverage(EXPERTS);
    result.add(turned);
    return result;
  }
}
