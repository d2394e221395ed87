package io.espalier.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.config.FormatException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterFitTest {
  private static final ClusterSettings SETTINGS = new ClusterSettings(2, 10, 100, 100, 1000);

  @Test
  void termsAreWordsInLowerCaseWithoutStopWordsAndNumbersAreOne() {
    assertThat(Terms.counts("The Court, the court: 12 of 1,999 rulings (3b) isn't a 法院", 1000))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("court", 2, "0", 4, "rulings", 1, "法", 1, "院", 1));
    assertThat(Terms.counts("court ruling", 7)).containsOnlyKeys("court");
  }

  @Test
  void clustersAreNamedForWhatTheyAreAbout() {
    ClusterModel model = fit(20);

    assertThat(model.names())
        .anySatisfy(name -> assertThat(name).matches("cluster_\\d_(court|judge|ruling).*"))
        .anySatisfy(name -> assertThat(name).matches("cluster_\\d_(boil|flour|sugar).*"));
    assertThat(model.withPlainNames("law").names()).containsExactly("law_0", "law_1");
  }

  @Test
  void laterTextGoesToTheNearestCentreAlsoThroughTheFile() {
    ClusterModel model = fit(20);
    ClusterModels kept = new ClusterModels("f", new TreeMap<>(Map.of(ClusterModels.ALL, model)));

    ClusterModel read =
        ClusterModels.parse("x", kept.json()).models().getOrDefault(ClusterModels.ALL, fit(4));

    ClusterAssigner before = new ClusterAssigner(model);
    ClusterAssigner after = new ClusterAssigner(read);
    assertThat(after.domain("Flour and sugar, said the judge, boil well.")).contains("cluster");
    for (String text : List.of("a ruling of the court", "boil the sugar", "", "unknown words")) {
      assertThat(after.squaredDistances(text)).containsExactly(before.squaredDistances(text));
      assertThat(after.domain(text)).isEqualTo(before.domain(text));
    }
    assertThat(after.domain("a ruling of the court")).isNotEqualTo(after.domain("boil the sugar"));
    assertThatThrownBy(() -> ClusterModels.parse("x", kept.json().substring(40)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("x holds no cluster model");
  }

  @Test
  void theOrderOfWordsDecidesNothing() {
    ClusterAssigner assigner = new ClusterAssigner(fit(20));

    assertThat(assigner.squaredDistances("court flour judge sugar court"))
        .containsExactly(assigner.squaredDistances("sugar court judge court flour"));
  }

  @Test
  void weightsAreTheSoftmaxOfDistancesAndAPartsWeightsSumToTheWholes() {
    ClusterModel all = fit(20);
    String first = all.names().get(0);
    ClusterModels models =
        new ClusterModels(
            "f",
            new TreeMap<>(Map.of(ClusterModels.ALL, all, first, fit(10).withPlainNames(first))));
    String text = "the court boils sugar";
    double[] d = new ClusterAssigner(all).squaredDistances(text);

    Map<String, Double> weights = new ClusterWeights(models).logWeights(text, 0.1);

    double odds = Math.exp((d[0] - d[1]) / 0.1);
    assertThat(weights).containsOnlyKeys(first + "_0", first + "_1", all.names().get(1));
    double parts =
        Math.exp(weights.getOrDefault(first + "_0", 0.0))
            + Math.exp(weights.getOrDefault(first + "_1", 0.0));
    assertThat(parts).isCloseTo(1 / (1 + odds), within(1e-12));
  }

  @Test
  void tooFewDocumentsOrNoSharedTermAreRefused() {
    assertThatThrownBy(() -> fit(3))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "clusters is 2 but there are 3 documents to divide, and each cluster needs 2; more text would work");
    ClusterFit strangers = new ClusterFit(SETTINGS);
    List.of("one1 aa", "bb cc", "dd ee", "ff gg").forEach(strangers::add);
    assertThatThrownBy(() -> strangers.fit("cluster", 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("share no term");
  }

  @Test
  void qualityIsOneWhereClustersAreLabelsAndLittleWhereTheyHaveNothingToDoWithThem() {
    ClusterQuality same = quality(Map.of("a", Map.of("x", 5L), "b", Map.of("y", 5L)));
    ClusterQuality none =
        quality(Map.of("a", Map.of("x", 3L, "y", 3L), "b", Map.of("x", 1L, "y", 1L)));

    assertThat(same.purity()).isEqualTo(1);
    assertThat(same.normalizedMutualInformation()).isCloseTo(1, within(1e-12));
    assertThat(same.balance()).isCloseTo(1, within(1e-12));
    assertThat(none.purity()).isEqualTo(0.5);
    assertThat(none.normalizedMutualInformation()).isCloseTo(0, within(1e-12));
    // −(3/4 log₂ 3/4 + 1/4 log₂ 1/4)
    assertThat(none.balance()).isCloseTo(0.8112781, within(1e-6));
  }

  private static ClusterQuality quality(Map<String, Map<String, Long>> counts) {
    var sorted = new TreeMap<String, java.util.SortedMap<String, Long>>();
    counts.forEach((cluster, labels) -> sorted.put(cluster, new TreeMap<>(labels)));
    return ClusterQuality.of(sorted);
  }

  private static ClusterModel fit(int documents) {
    ClusterFit fit = new ClusterFit(SETTINGS);
    IntStream.range(0, documents)
        .mapToObj(
            i ->
                i % 2 == 0
                    ? "The court heard the judge; ruling %d of the court.".formatted(i)
                    : "Boil the sugar, add flour and %d eggs, boil again.".formatted(i))
        .forEach(fit::add);
    return fit.fit("cluster", 20);
  }
}
