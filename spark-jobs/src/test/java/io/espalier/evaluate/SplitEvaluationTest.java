package io.espalier.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.forest.CachedPrior;
import io.espalier.forest.ExpertWeights;
import io.espalier.forest.Posterior;
import io.espalier.forest.Prior;
import io.espalier.forest.TopKBy;
import io.espalier.forest.UniformPrior;
import io.espalier.forest.UpdatingPrior;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplitEvaluationTest {
  private static final EvaluatedSplit TEST =
      new EvaluatedSplit("legal", Result.TRAINING, Result.TEST_SPLIT);
  private static final ScoredModel SEED = new ScoredModel("seed", "5eed");
  private static final ScoredModel LEGAL = new ScoredModel("expert/legal", "1e");
  private static final ScoredModel CODE = new ScoredModel("expert/code", "c0");

  @Test
  void aModelThatKnowsNothingHasItsVocabularyAsPerplexity() {
    int vocabulary = 4096;
    float[] uniform = new float[128];
    Arrays.fill(uniform, (float) -Math.log(vocabulary));
    List<Result> results =
        evaluate(List.of(SEED), List.of(), new SequenceScores(0, 512, new float[][] {uniform}));
    assertThat(results).hasSize(2);
    assertThat(results.get(0).value()).isCloseTo(vocabulary, within(1e-2));
    assertThat(results.get(1).metric()).isEqualTo(Result.BITS_PER_BYTE);
    assertThat(results.get(1).value()).isCloseTo(12.0 * 128 / 512, within(1e-6));
    assertThat(results).allSatisfy(result -> assertThat(result.tokens()).isEqualTo(128));
  }

  @Test
  void perplexityIsOverAllTokensNotTheMeanOfSequences() {
    List<Result> results =
        evaluate(
            List.of(SEED),
            List.of(),
            new SequenceScores(0, 1, new float[][] {{-1, -1, -1}}),
            new SequenceScores(1, 1, new float[][] {{-5}}));
    assertThat(results.get(0).value()).isCloseTo(Math.exp(8.0 / 4), within(1e-12));
  }

  @Test
  void onlyExpertsAreInTheEnsemble() {
    float[] poor = {-9, -9};
    float[] good = {-1, -2};
    List<Result> results =
        evaluate(
            List.of(SEED, LEGAL),
            List.of(settings("only_expert", new UniformPrior())),
            new SequenceScores(0, 2, new float[][] {poor, good}));
    assertThat(perplexity(results, "ensemble/only_expert"))
        .isEqualTo(perplexity(results, "expert/legal"));
  }

  @Test
  void withoutExpertsThereIsNoEnsemble() {
    List<Result> results =
        evaluate(
            List.of(SEED),
            List.of(settings("none", new UniformPrior())),
            new SequenceScores(0, 2, new float[][] {{-1}}));
    assertThat(results).extracting(Result::model).containsOnly("seed");
  }

  @Test
  void aPriorDecidedOnValidationTextHelpsFromTheFirstToken() {
    List<SequenceScores> validation = twoExperts(20, 5, 1);
    List<SequenceScores> test = twoExperts(3, 5, 2);
    List<EnsembleSettings> ensembles =
        List.of(settings("uniform", new UniformPrior()), settings("cached", new CachedPrior()));
    List<Result> results = evaluate(List.of(LEGAL, CODE), ensembles, validation, test, 20);
    assertThat(perplexity(results, "ensemble/cached"))
        .isLessThan(perplexity(results, "ensemble/uniform"));
  }

  @Test
  void validationTextBeyondTheLimitChangesNothing() {
    List<EnsembleSettings> ensembles = List.of(settings("cached", new CachedPrior()));
    List<SequenceScores> test = twoExperts(3, 5, 2);
    List<SequenceScores> validation = twoExperts(20, 5, 1);
    assertThat(evaluate(List.of(LEGAL, CODE), ensembles, validation, test, 4))
        .isEqualTo(evaluate(List.of(LEGAL, CODE), ensembles, validation.subList(0, 4), test, 9));
  }

  @Test
  void withAFixedPriorSequencesAreScoredIndependently() {
    List<EnsembleSettings> ensembles =
        List.of(settings("uniform", new UniformPrior()), settings("cached", new CachedPrior()));
    List<SequenceScores> validation = twoExperts(5, 4, 1);
    List<SequenceScores> test = twoExperts(4, 6, 2);
    for (EnsembleSettings ensemble : ensembles) {
      double sum = 0;
      for (SequenceScores alone : test) {
        sum += meanLoss(ensemble, validation, List.of(alone)) / test.size();
      }
      assertThat(meanLoss(ensemble, validation, test)).isCloseTo(sum, within(1e-12));
    }
  }

  @Test
  void theUpdatingPriorFollowsTheScoredTextOneSequenceBehind() {
    List<SequenceScores> test = twoExperts(4, 6, 2);
    EnsembleSettings updating = settings("updating", new UpdatingPrior());
    EnsembleSettings uniform = settings("uniform", new UniformPrior());
    List<SequenceScores> validation = twoExperts(5, 4, 1);
    assertThat(meanLoss(updating, validation, test.subList(0, 1)))
        .isEqualTo(meanLoss(uniform, validation, test.subList(0, 1)));
    assertThat(meanLoss(updating, validation, test))
        .isLessThan(meanLoss(uniform, validation, test));
  }

  private static double meanLoss(
      EnsembleSettings ensemble, List<SequenceScores> validation, List<SequenceScores> test) {
    List<Result> results = evaluate(List.of(LEGAL, CODE), List.of(ensemble), validation, test, 100);
    return Math.log(perplexity(results, "ensemble/" + ensemble.name()));
  }

  @Test
  void eachForestsEnsemblesAreMadeOfItsOwnExpertsAndNamedAfterIt() {
    List<SequenceScores> validation = twoExperts(5, 4, 1);
    List<SequenceScores> test = twoExperts(4, 6, 2);
    EvaluationSettings settings =
        new EvaluationSettings(
            5, List.of(settings("cached", new CachedPrior())), "cached", "cached", 0);
    List<Result> alone =
        SplitEvaluation.evaluate(
            TEST, List.of(LEGAL, CODE), settings, validation.iterator(), test.iterator());
    List<ScoredModel> models =
        List.of(
            LEGAL,
            CODE,
            new ScoredModel("trials/turned/expert/legal", "t1"),
            new ScoredModel("trials/turned/dense", "t0"),
            new ScoredModel("trials/turned/expert/code", "t2"));
    List<Result> both =
        SplitEvaluation.evaluate(
            TEST, models, settings, besideTurned(validation), besideTurned(test));
    assertThat(both).containsAll(alone);
    assertThat(perplexity(both, "trials/turned/ensemble/cached"))
        .isCloseTo(perplexity(both, "ensemble/cached"), within(1e-12));
    assertThat(perplexity(both, "trials/turned/ensemble/cached/without/legal"))
        .isCloseTo(perplexity(both, "ensemble/cached/without/code"), within(1e-12));
    assertThat(both).extracting(Result::model).contains("trials/turned/ensemble/cached/top/1");
  }

  /** The same two experts, then the same with their places exchanged around a worse model. */
  private static Iterator<SequenceScores> besideTurned(List<SequenceScores> sequences) {
    return sequences.stream()
        .map(
            s ->
                new SequenceScores(
                    s.sequenceId(), s.bytes(), s.ofModels(new int[] {0, 1, 1, 1, 0})))
        .iterator();
  }

  @Test
  void otherTestTextChangesNoFixedPriorAndLaterTextNoPriorAtAll() {
    List<SequenceScores> validation = twoExperts(5, 4, 1);
    List<SequenceScores> test = twoExperts(6, 6, 2);
    List<SequenceScores> other = new ArrayList<>(test);
    for (int i = 0; i < test.size(); i++) {
      if (i != 3) {
        other.set(
            i,
            new SequenceScores(
                i, 24, new float[][] {{-1 - i, -2, -3, -1, -2, -7}, {-2, -1, -i, -4, -1, -1}}));
      }
    }
    List<SequenceScores> later = new ArrayList<>(test.subList(0, 4));
    later.addAll(other.subList(4, 6));
    for (EnsembleSettings fixed :
        List.of(
            settings("uniform", new UniformPrior()),
            settings("cached", new CachedPrior()),
            settings("few", new CachedPrior(2)),
            new EnsembleSettings(
                "kept", Posterior.LAST_TOKEN, new CachedPrior(), 1, TopKBy.PRIOR))) {
      assertThat(ofDocument(fixed, validation, other, 3))
          .isEqualTo(ofDocument(fixed, validation, test, 3));
    }
    EnsembleSettings updating = settings("updating", new UpdatingPrior(0.5));
    assertThat(ofDocument(updating, validation, later, 3))
        .isEqualTo(ofDocument(updating, validation, test, 3));
    assertThat(ofDocument(updating, validation, other, 3))
        .isNotEqualTo(ofDocument(updating, validation, test, 3));
  }

  /** Negative log-probability of one sequence, each of which is a document here. */
  private static double ofDocument(
      EnsembleSettings ensemble,
      List<SequenceScores> validation,
      List<SequenceScores> test,
      int document) {
    Iterator<SequenceScores> documents =
        test.stream()
            .map(
                s ->
                    new SequenceScores(
                        s.sequenceId(),
                        s.bytes(),
                        s.ofModels(new int[] {0, 1}),
                        new int[] {s.ofModel(0).length}))
            .iterator();
    return SplitEvaluation.figures(
            TEST,
            List.of(LEGAL, CODE),
            new EvaluationSettings(100, List.of(ensemble)),
            validation.iterator(),
            documents)
        .documents()
        .of("ensemble/" + ensemble.name())[document];
  }

  @Test
  void documentsAreFoundAgainAcrossWindows() {
    List<SequenceScores> windows =
        List.of(
            new SequenceScores(0, 4, new float[][] {{-1, -2, -4}}, new int[] {2}),
            new SequenceScores(1, 4, new float[][] {{-8, -16, -32}}, new int[] {1, 3}),
            new SequenceScores(2, 4, new float[][] {{-64}}, new int[0]));
    DocumentScores documents =
        SplitEvaluation.figures(
                TEST,
                List.of(SEED),
                new EvaluationSettings(1, List.of()),
                List.<SequenceScores>of().iterator(),
                windows.iterator())
            .documents();
    assertThat(documents.tokens()).containsExactly(2, 2, 2, 1);
    assertThat(documents.of("seed")).containsExactly(3, 12, 48, 64);
  }

  @Test
  void thousandsOfDocumentsAreCountedInGroupsAndNothingIsLost() {
    int count = 3 * DocumentSum.MAXIMUM_UNITS + 6;
    DocumentSum sum = new DocumentSum();
    for (int i = 0; i < count; i++) {
      sum.add(new double[] {-1, -i}, new int[] {2});
    }
    assertThat(sum.tokens())
        .hasSizeBetween(DocumentSum.MAXIMUM_UNITS / 2, DocumentSum.MAXIMUM_UNITS);
    assertThat(Arrays.stream(sum.tokens()).sum()).isEqualTo(2L * count);
    assertThat(Arrays.stream(sum.negativeLogProbability()).sum())
        .isEqualTo(count + count * (count - 1.0) / 2);
    assertThat(sum.tokens()[0]).isEqualTo(8);
  }

  @Test
  void sequencesOutOfOrderAreRefused() {
    assertThatThrownBy(
            () ->
                evaluate(
                    List.of(SEED),
                    List.of(),
                    new SequenceScores(4, 1, new float[][] {{-1}}),
                    new SequenceScores(4, 1, new float[][] {{-1}})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 4 of legal came after sequence 4 but must come in ascending order");
  }

  @Test
  void sequencesThatAModelDidNotScoreAreRefused() {
    assertThatThrownBy(
            () ->
                evaluate(
                    List.of(SEED, LEGAL),
                    List.of(),
                    new SequenceScores(4, 1, new float[][] {{-1}})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 4 of legal was scored by 1 models but must be by 2");
  }

  @Test
  void anImpossibleTokenMakesThePerplexityInfinite() {
    List<Result> results =
        evaluate(
            List.of(SEED),
            List.of(),
            new SequenceScores(0, 4, new float[][] {{-1, Float.NEGATIVE_INFINITY, -1}}));
    assertThat(perplexity(results, "seed")).isInfinite();
  }

  @Test
  void noTextGivesNoFigures() {
    assertThat(evaluate(List.of(SEED), List.of())).isEmpty();
  }

  @Test
  void aMergeMadeForTheDomainAppearsUnderTheMergesName() {
    List<ScoredModel> models =
        List.of(
            new ScoredModel("merged/posterior/legal", "a"),
            new ScoredModel("merged/posterior/code", "b"),
            new ScoredModel("merged/legal", "c"));
    List<Result> results =
        evaluate(models, List.of(), new SequenceScores(0, 1, new float[][] {{-1}, {-2}, {-3}}));
    assertThat(results)
        .filteredOn(result -> result.metric().equals(Result.PERPLEXITY))
        .extracting(Result::model)
        .containsExactly("merged/posterior", "merged/posterior/code", "merged/legal");
  }

  @Test
  void theCachedPriorIsReportedPerExpert() {
    var average =
        ExpertWeights.ofValidation(
            Posterior.FULL_CONTEXT,
            2,
            List.<float[][]>of(new float[][] {{-1}, {-2}}).iterator(),
            5);
    List<Result> results = SplitEvaluation.cachedPrior(TEST, average, List.of(LEGAL, CODE), 1);
    assertThat(results).extracting(Result::model).containsExactly("expert/legal", "expert/code");
    assertThat(results.get(0).value()).isCloseTo(1 / (1 + Math.exp(-1)), within(1e-12));
  }

  @Test
  void settingsRefuseWhatCannotBe() {
    assertThatThrownBy(() -> new EvaluationSettings(0, List.of()))
        .hasMessage("cached_prior_sequences is 0 but must be at least 1; the paper takes 100");
    assertThatThrownBy(
            () ->
                new EvaluationSettings(
                    1,
                    List.of(settings("a", new UniformPrior()), settings("a", new CachedPrior()))))
        .hasMessage("ensembles has two members named a but each needs a name of its own");
    assertThatThrownBy(() -> settings("a/b", new UniformPrior()))
        .hasMessageStartingWith("name is 'a/b' but may only have lower-case letters");
    assertThatThrownBy(
            () -> new EnsembleSettings("a", Posterior.LAST_TOKEN, new UniformPrior(), -1))
        .hasMessage("top_k is -1 but must be at least 0; 0 keeps all experts");
    assertThatThrownBy(
            () ->
                new EnsembleSettings(
                    "a", Posterior.LAST_TOKEN, new UniformPrior(), 2, TopKBy.PRIOR))
        .hasMessageStartingWith("top_k_by is prior but to a uniform prior all experts are alike");
    assertThatThrownBy(
            () ->
                new EvaluationSettings(
                    1, List.of(settings("a", new UniformPrior())), "false", "b", 0))
        .hasMessage("leave_one_out is b but must be true, false or the name of an ensemble: a");
    assertThatThrownBy(() -> new UpdatingPrior(1.5))
        .hasMessage("decay is 1.5 but must be above 0 and at most 1; the paper takes 0.3");
    assertThatThrownBy(() -> new CachedPrior(-1))
        .hasMessageStartingWith("sequences is -1 but must be at least 1");
  }

  private static EnsembleSettings settings(String name, Prior prior) {
    return new EnsembleSettings(name, Posterior.FULL_CONTEXT, prior, 0);
  }

  private static List<Result> evaluate(
      List<ScoredModel> models, List<EnsembleSettings> ensembles, SequenceScores... test) {
    return evaluate(models, ensembles, List.of(), List.of(test), 100);
  }

  private static List<Result> evaluate(
      List<ScoredModel> models,
      List<EnsembleSettings> ensembles,
      List<SequenceScores> validation,
      List<SequenceScores> test,
      int cachedPriorSequences) {
    return SplitEvaluation.evaluate(
        TEST,
        models,
        new EvaluationSettings(cachedPriorSequences, ensembles),
        validation.iterator(),
        test.iterator());
  }

  /** The first expert is better by about one nat per token. */
  private static List<SequenceScores> twoExperts(int sequences, int tokens, long seed) {
    Random random = new Random(seed);
    List<SequenceScores> result = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      float[][] scores = new float[2][tokens];
      for (int t = 0; t < tokens; t++) {
        scores[0][t] = -2 - random.nextFloat();
        scores[1][t] = -3 - random.nextFloat();
      }
      result.add(new SequenceScores(i, 4 * tokens, scores));
    }
    return result;
  }

  private static double perplexity(List<Result> results, String model) {
    return results.stream()
        .filter(result -> result.model().equals(model))
        .filter(result -> result.metric().equals(Result.PERPLEXITY))
        .findFirst()
        .orElseThrow()
        .value();
  }
}
