package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PairedBootstrapTest {
  private static final String TEST = Result.TEST_SPLIT;

  /** Documents of one domain: tokens and what models a and b say of them. */
  private record Documents(List<Long> tokens, List<Double> a, List<Double> b) {
    DocumentScores of(String domain, String role) {
      return new DocumentScores(
          new EvaluatedSplit(domain, role, TEST),
          tokens.stream().mapToLong(Long::longValue).toArray(),
          Map.of(
              "a", a.stream().mapToDouble(Double::doubleValue).toArray(),
              "b", b.stream().mapToDouble(Double::doubleValue).toArray()));
    }
  }

  /** Model a is better by {@code gain} nats per token in the limit; documents differ a lot. */
  private static Documents documents(int count, double gain, long seed) {
    Random random = new Random(seed);
    Documents documents = new Documents(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < count; i++) {
      long tokens = 20L + random.nextInt(400);
      double difficulty = 4 + random.nextGaussian();
      documents.tokens().add(tokens);
      documents.b().add(tokens * difficulty);
      documents.a().add(tokens * (difficulty - gain + 0.3 * random.nextGaussian()));
    }
    return documents;
  }

  private static Comparison compared(List<DocumentScores> documents, String domain) {
    return new PairedBootstrap(documents, TEST, 1000, 7)
        .compare("a", "b").stream()
            .filter(c -> c.domain().equals(domain))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void theIntervalHoldsTheTruthInAboutNinetyFiveOfAHundredExperiments() {
    int held = 0;
    int significant = 0;
    int experiments = 400;
    for (int i = 0; i < experiments; i++) {
      double gain = 0.05;
      DocumentScores documents = documents(120, gain, i).of("law", Result.TRAINING);
      Comparison comparison =
          new PairedBootstrap(List.of(documents), TEST, 400, i).compare("a", "b").get(0);
      double truth = Math.exp(-gain);
      held += comparison.ratio().low() <= truth && truth <= comparison.ratio().high() ? 1 : 0;
      DocumentScores equal = documents(120, 0, i).of("law", Result.TRAINING);
      significant +=
          new PairedBootstrap(List.of(equal), TEST, 400, i)
                  .compare("a", "b")
                  .get(0)
                  .verdict()
                  .isSignificant()
              ? 1
              : 0;
    }
    // Three standard deviations of a share of 95 % in 400 experiments are 3.3 per cent.
    assertThat(held / (double) experiments).isBetween(0.917, 0.983);
    assertThat(significant / (double) experiments).isBetween(0.017, 0.083);
  }

  @Test
  void equalModelsAreNotSignificantlyDifferent() {
    Documents documents = documents(50, 0, 1);
    documents.a().clear();
    documents.a().addAll(documents.b());
    Comparison comparison = compared(List.of(documents.of("law", Result.TRAINING)), "law");
    assertThat(comparison.verdict()).isEqualTo(Verdict.NOT_SIGNIFICANT);
    assertThat(comparison.probability()).isEqualTo(1);
    assertThat(comparison.ratio()).isEqualTo(new Interval(1, 1, 1));
  }

  @Test
  void aGainOnEveryDocumentIsSignificantAndTheOtherWayRoundALoss() {
    DocumentScores documents = documents(200, 0.5, 1).of("law", Result.TRAINING);
    PairedBootstrap bootstrap = new PairedBootstrap(List.of(documents), TEST, 1000, 7);
    Comparison gain = bootstrap.compare("a", "b").get(0);
    Comparison loss = bootstrap.compare("b", "a").get(0);
    assertThat(gain.verdict()).isEqualTo(Verdict.LOWER);
    assertThat(loss.verdict()).isEqualTo(Verdict.HIGHER);
    assertThat(gain.probability()).isLessThan(0.01).isPositive();
    assertThat(loss.ratio().value()).isCloseTo(1 / gain.ratio().value(), within(1e-12));
    assertThat(gain.geometricRatio().low()).isCloseTo(gain.ratio().low(), within(1e-12));
    assertThat(gain.documents()).isEqualTo(200);
  }

  @Test
  void theOrderOfDocumentsDecidesNothing() {
    Documents documents = documents(40, 0.02, 3);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(1));
    Documents shuffled =
        new Documents(
            order.stream().map(documents.tokens()::get).toList(),
            order.stream().map(documents.a()::get).toList(),
            order.stream().map(documents.b()::get).toList());
    Comparison inOrder = compared(List.of(documents.of("law", Result.TRAINING)), "law");
    Comparison inAnother = compared(List.of(shuffled.of("law", Result.TRAINING)), "law");
    assertThat(inAnother.ratio().low()).isCloseTo(inOrder.ratio().low(), within(1e-12));
    assertThat(inAnother.ratio().high()).isCloseTo(inOrder.ratio().high(), within(1e-12));
    assertThat(inAnother.probability()).isEqualTo(inOrder.probability());
  }

  @Test
  void meansAreOverTheDomainsOfARoleAndThoseThatTablesShow() {
    DocumentScores law = documents(30, 0.3, 1).of("law", Result.TRAINING);
    DocumentScores code = documents(90, -0.1, 2).of("code", Result.TRAINING);
    DocumentScores recipes = documents(9, 0.1, 3).of("recipes", Result.EVALUATION);
    List<Comparison> all =
        new PairedBootstrap(List.of(law, code, recipes), TEST, 500, 7).compare("a", "b");
    assertThat(all)
        .extracting(Comparison::domain)
        .containsExactly("code", "law", Result.MEAN_TRAINING, "recipes", Result.MEAN_EVALUATION);
    Comparison mean = all.get(2);
    double a = (perplexity(law, "a") + perplexity(code, "a")) / 2;
    double b = (perplexity(law, "b") + perplexity(code, "b")) / 2;
    assertThat(mean.ratio().value()).isCloseTo(a / b, within(1e-12));
    assertThat(mean.difference().value()).isCloseTo(a - b, within(1e-9));
    assertThat(mean.geometricRatio().value())
        .isCloseTo(
            Math.sqrt(all.get(0).ratio().value() * all.get(1).ratio().value()), within(1e-12));
    assertThat(mean.domains()).isEqualTo(2);
    assertThat(mean.documents()).isEqualTo(120);
  }

  private static double perplexity(DocumentScores documents, String model) {
    double sum = 0;
    long tokens = 0;
    for (int d = 0; d < documents.tokens().length; d++) {
      sum += documents.of(model)[d];
      tokens += documents.tokens()[d];
    }
    return Math.exp(sum / tokens);
  }

  @Test
  void aModelThatWasNotAskedEverywhereHasNoMean() {
    DocumentScores law = documents(30, 0.3, 1).of("law", Result.TRAINING);
    DocumentScores code = documents(30, 0.3, 2).of("code", Result.TRAINING);
    Map<String, double[]> onlyBaseline = new TreeMap<>(code.negativeLogProbability());
    onlyBaseline.remove("a");
    DocumentScores without = new DocumentScores(code.split(), code.tokens(), onlyBaseline);
    assertThat(new PairedBootstrap(List.of(law, without), TEST, 100, 7).compare("a", "b"))
        .extracting(Comparison::domain)
        .containsExactly("law");
  }

  @Test
  void ownExpertsAreOneModel() {
    DocumentScores law = documents(30, 0.3, 1).of("law", Result.TRAINING);
    DocumentScores renamed =
        new DocumentScores(
            law.split(),
            law.tokens(),
            Map.of(
                "expert/law", law.of("a"),
                "dense", law.of("b")));
    assertThat(
            new PairedBootstrap(List.of(renamed), TEST, 100, 7)
                .compare(Comparison.OWN_EXPERT, "dense")
                .get(0)
                .ratio())
        .isEqualTo(
            new PairedBootstrap(List.of(law), TEST, 100, 7).compare("a", "b").get(0).ratio());
  }

  @Test
  void fewDocumentsProveNothing() {
    DocumentScores five = documents(5, 2, 1).of("law", Result.TRAINING);
    DocumentScores six = documents(6, 2, 1).of("law", Result.TRAINING);
    assertThat(compared(List.of(five), "law").verdict()).isEqualTo(Verdict.TOO_FEW_DOCUMENTS);
    assertThat(compared(List.of(six), "law").verdict()).isEqualTo(Verdict.LOWER);
  }

  @Test
  void aDomainOfOneDocumentIsTakenAsItIsUnlessMostDomainsAre() {
    DocumentScores many = documents(30, 2, 1).of("law", Result.TRAINING);
    DocumentScores book = documents(1, 2, 1).of("novel", Result.TRAINING);
    DocumentScores other = documents(1, 2, 1).of("poem", Result.TRAINING);
    assertThat(compared(List.of(many, book), Result.MEAN_TRAINING).verdict())
        .isEqualTo(Verdict.LOWER);
    assertThat(compared(List.of(many, book, other), Result.MEAN_TRAINING).verdict())
        .isEqualTo(Verdict.TOO_FEW_DOCUMENTS);
  }
}
