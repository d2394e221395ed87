package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rule for weights, and what each is about. */
class MergeWeightsContractTest {
  private static final List<String> DOMAINS = List.of("code", "legal", "medical", "news");
  private static final Map<String, Double> POSTERIOR =
      Map.of("code", 0.1, "legal", 0.7, "medical", 1e-12, "news", 0.2);

  record Holder(MergeWeights weights) {}

  static Stream<MergeWeights> rules() {
    List<MergeWeights> rules =
        List.of(
            read("{type: uniform}"),
            read("{type: given, weights: {legal: 0.3, news: 0.6, code: 0.1}}"),
            read("{type: posterior}"),
            read("{type: argmax}"),
            read("{type: greedy_soup}"));
    assertThat(rules)
        .extracting(rule -> (Object) rule.getClass())
        .containsExactlyInAnyOrder((Object[]) MergeWeights.class.getPermittedSubclasses());
    return rules.stream();
  }

  /**
   * Every expert has a perplexity of its own; an average has the mean, less one for each member.
   */
  private static double[] of(MergeWeights rule, List<String> domains) {
    return of(rule, domains, POSTERIOR);
  }

  private static double[] of(
      MergeWeights rule, List<String> domains, Map<String, Double> posterior) {
    return rule.of(
        domains,
        posterior,
        shares -> shares.stream().mapToDouble(each -> perplexity(domains, each)).toArray());
  }

  private static double perplexity(List<String> domains, double[] shares) {
    double mean = 0;
    int members = 0;
    for (int i = 0; i < shares.length; i++) {
      mean += shares[i] * 10 * POSTERIOR.getOrDefault(domains.get(i), 0.0);
      members += shares[i] > 0 ? 1 : 0;
    }
    return mean - members;
  }

  private static MergeWeights read(String yaml) {
    return ConfigFile.bind(ConfigFile.parse("test", "weights: " + yaml), Holder.class).weights();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sharesAreNotNegativeAndSumToOne(MergeWeights rule) {
    double[] weights = of(rule, DOMAINS);
    assertThat(weights).hasSameSizeAs(DOMAINS);
    assertThat(Arrays.stream(weights).boxed()).allMatch(weight -> weight >= 0);
    assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-15));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void reorderingTheDomainsReordersTheShares(MergeWeights rule) {
    List<String> reversed = new ArrayList<>(DOMAINS);
    Collections.reverse(reversed);
    double[] weights = of(rule, DOMAINS);
    double[] other = of(rule, reversed);
    for (int i = 0; i < weights.length; i++) {
      assertThat(other[weights.length - 1 - i]).isEqualTo(weights[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void onlyThosePerTargetLookAtThePosterior(MergeWeights rule) {
    Map<String, Double> other = Map.of("code", 1.0, "legal", 0.0, "medical", 0.0, "news", 0.0);
    assertThat(Arrays.equals(of(rule, DOMAINS), of(rule, DOMAINS, other)))
        .isEqualTo(!rule.dependOnTarget());
  }

  @Test
  void eachIsWhatItsNameSays() {
    assertThat(new UniformWeights().of(DOMAINS, Map.of())).containsOnly(0.25);
    assertThat(new GivenWeights(Map.of("legal", 1.0)).of(DOMAINS, Map.of()))
        .containsExactly(0, 1, 0, 0);
    assertThat(new PosteriorWeights().of(DOMAINS, POSTERIOR))
        .containsExactly(new double[] {0.1, 0.7, 1e-12, 0.2}, within(1e-12));
    assertThat(new ArgmaxWeights().of(DOMAINS, POSTERIOR)).containsExactly(0, 1, 0, 0);
  }

  @Test
  void greedySoupTakesAnExpertOnlyIfTheAverageGetsBetter() {
    // From the best: medical -1, with code -1.5, with news -2; legal would make it -1.5 again.
    double third = 1.0 / 3;
    assertThat(of(new GreedySoupWeights(), DOMAINS)).containsExactly(third, 0, third, third);
  }

  @Test
  void givenWeightsAreChecked() {
    assertThatThrownBy(() -> read("{type: given, weights: {legal: 0.3, news: 0.6}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("weights.weights sum to 0.9 but")
        .hasMessageContaining("must sum to 1");
    assertThatThrownBy(() -> read("{type: given, weights: {legal: -0.5, news: 1.5}}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("legal is -0.5");
    assertThatThrownBy(() -> new GivenWeights(Map.of("legal", Double.NaN)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("legal is NaN");
    assertThatThrownBy(() -> new GivenWeights(Map.of("law", 1.0)).of(DOMAINS, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "weights name the domain law, but the experts' domains are code, legal, medical, news");
  }

  @Test
  void aPosteriorOfOtherDomainsIsRefused() {
    assertThatThrownBy(() -> new PosteriorWeights().of(DOMAINS, Map.of("code", 1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no posterior for domain legal");
  }
}
