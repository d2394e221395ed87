package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final double[] LOGS = logs(0.5, 0.05, 0.3, 0.15);

  private static double[] logs(double... probabilities) {
    return DoubleStream.of(probabilities).map(Math::log).toArray();
  }

  private static double[] frequencies(TokenSampler sampler, double[] logs) {
    double[] frequencies = new double[logs.length];
    int draws = 40_000;
    for (int i = 0; i < draws; i++) {
      frequencies[sampler.draw(logs)] += 1.0 / draws;
    }
    return frequencies;
  }

  @Test
  void temperatureZeroTakesTheMostProbable() {
    assertThat(new TokenSampler(0, 1, 1).draw(logs(0.2, 0.1, 0.7))).isEqualTo(2);
  }

  @Test
  void drawsAreAsFrequentAsProbable() {
    assertThat(frequencies(new TokenSampler(1, 1, 7), LOGS))
        .containsExactly(new double[] {0.5, 0.05, 0.3, 0.15}, within(0.01));
  }

  @Test
  void theNucleusLeavesTheLeastProbableOut() {
    assertThat(frequencies(new TokenSampler(1, 0.7, 7), LOGS))
        .containsExactly(new double[] {0.625, 0, 0.375, 0}, within(0.01));
  }

  @Test
  void theNucleusOfALargeVocabularyIsThatOfASortedOne() {
    Random random = new Random(3);
    double[] logs = random.doubles(5000, -9, 0).toArray();
    double[] sorted = Arrays.stream(logs).map(Math::exp).sorted().toArray();
    double sum = Arrays.stream(sorted).sum();
    double kept = 0;
    int least = sorted.length;
    while (kept < 0.9 * sum) {
      kept += sorted[--least];
    }
    double threshold = Math.log(sorted[least]) - 1e-6;
    TokenSampler sampler = new TokenSampler(1, 0.9, 5);
    for (int i = 0; i < 3000; i++) {
      assertThat(logs[sampler.draw(logs)]).isGreaterThanOrEqualTo(threshold);
    }
  }

  @Test
  void theSameSeedDrawsTheSame() {
    TokenSampler one = new TokenSampler(1, 0.95, 11);
    TokenSampler other = new TokenSampler(1, 0.95, 11);
    for (int i = 0; i < 50; i++) {
      assertThat(one.draw(LOGS)).isEqualTo(other.draw(LOGS));
    }
  }

  @Test
  void impossibleValuesAreRefused() {
    assertThatThrownBy(() -> new TokenSampler(-1, 1, 1)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> new TokenSampler(1, 0, 1)).isInstanceOf(ConfigException.class);
  }
}
