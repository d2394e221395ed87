package io.espalier.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether one model is better than another, or only better on the documents that happened to be
 * there: a paired bootstrap over documents (Koehn 2004, with documents in the place of sentences).
 *
 * <p>Documents are drawn with replacement within each domain, both models are scored on the same
 * draw. Tokens of one document depend on each other, and windows cut documents at random places:
 * resampling either would make intervals far too narrow. A domain of one document, such as a book,
 * is taken as it is; where that is so of most domains, nothing is decided. The draws are a function
 * of the seed and of the documents alone, whatever their order. Immutable and safe for any number
 * of threads.
 */
public final class PairedBootstrap {
  /**
   * With fewer, even a model that is better on every one of them proves little: if the two were
   * equal, all of five documents would fall to one side with a probability of 2 / 2⁵ = 6 %.
   */
  static final int MINIMUM_DOCUMENTS = 6;

  /** Scores are float32: a smaller difference between ratios may be rounding. */
  private static final double ROUNDING = 1e-6;

  private final List<ResampledDomain> domains;
  private final int resamples;

  /**
   * Draws the resamples.
   *
   * @param documents of any domains and splits
   * @param split the split that models are compared on
   * @param resamples how many; 2,000 settle the ends of a 95 % interval to about half a per cent of
   *     probability
   */
  public PairedBootstrap(List<DocumentScores> documents, String split, int resamples, long seed) {
    this.resamples = resamples;
    this.domains =
        documents.stream()
            .filter(d -> d.split().split().equals(split) && d.tokens().length > 0)
            .sorted(Comparator.comparing(d -> d.split().domain()))
            .map(d -> new ResampledDomain(d, resamples, seed))
            .toList();
  }

  /**
   * Compares two models on each domain that both scored, and over the training and the evaluation
   * domains, where they scored all of them.
   *
   * @param model name as in {@link Result#model}, or {@link Comparison#OWN_EXPERT}
   * @return empty if they have no domain in common, or gave probability zero to a token there
   */
  public List<Comparison> compare(String model, String baseline) {
    List<Comparison> comparisons = new ArrayList<>();
    for (String role : List.of(Result.TRAINING, Result.EVALUATION)) {
      List<ResampledDomain> ofRole =
          domains.stream().filter(domain -> domain.split().role().equals(role)).toList();
      List<Pair> pairs = new ArrayList<>();
      for (ResampledDomain domain : ofRole) {
        Pair.of(domain, model, baseline).ifPresent(pairs::add);
      }
      for (Pair pair : pairs) {
        String domain = pair.domain().split().domain();
        comparisons.add(comparison(model, baseline, domain, List.of(pair)));
      }
      if (!pairs.isEmpty() && pairs.size() == ofRole.size()) {
        String mean = role.equals(Result.TRAINING) ? Result.MEAN_TRAINING : Result.MEAN_EVALUATION;
        comparisons.add(comparison(model, baseline, mean, pairs));
      }
    }
    return comparisons;
  }

  /** What two models say of one domain, as it is and resampled; means per token. */
  @SuppressWarnings("ArrayRecordComponent") // computed with, never compared
  private record Pair(
      ResampledDomain domain, double model, double baseline, double[] models, double[] baselines) {

    static Optional<Pair> of(ResampledDomain domain, String model, String baseline) {
      Optional<double[]> ofModel = domain.scores(model);
      Optional<double[]> ofBaseline = domain.scores(baseline);
      if (ofModel.isEmpty() || ofBaseline.isEmpty()) {
        return Optional.empty();
      }
      double a = domain.mean(ofModel.get());
      double b = domain.mean(ofBaseline.get());
      return Double.isFinite(a) && Double.isFinite(b)
          ? Optional.of(
              new Pair(
                  domain,
                  a,
                  b,
                  domain.resampledMeans(ofModel.get()),
                  domain.resampledMeans(ofBaseline.get())))
          : Optional.empty();
    }
  }

  private Comparison comparison(String model, String baseline, String domain, List<Pair> pairs) {
    double[] ratios = new double[resamples];
    double[] geometric = new double[resamples];
    double[] differences = new double[resamples];
    for (int b = 0; b < resamples; b++) {
      int draw = b;
      double a = pairs.stream().mapToDouble(p -> Math.exp(p.models()[draw])).sum();
      double c = pairs.stream().mapToDouble(p -> Math.exp(p.baselines()[draw])).sum();
      ratios[b] = a / c;
      differences[b] = (a - c) / pairs.size();
      geometric[b] =
          Math.exp(
              pairs.stream().mapToDouble(p -> p.models()[draw] - p.baselines()[draw]).sum()
                  / pairs.size());
    }
    double a = pairs.stream().mapToDouble(p -> Math.exp(p.model())).sum();
    double c = pairs.stream().mapToDouble(p -> Math.exp(p.baseline())).sum();
    double meanDifference =
        pairs.stream().mapToDouble(p -> p.model() - p.baseline()).sum() / pairs.size();
    Interval ratio = Interval.of(a / c, ratios);
    ResampledDomain first = pairs.get(0).domain();
    return new Comparison(
        model,
        baseline,
        domain,
        first.split().role(),
        first.split().split(),
        pairs.size(),
        pairs.stream().mapToLong(p -> p.domain().documents()).sum(),
        pairs.stream().mapToLong(p -> p.domain().tokens()).sum(),
        ratio,
        Interval.of(Math.exp(meanDifference), geometric),
        Interval.of((a - c) / pairs.size(), differences),
        probability(ratios),
        verdict(ratio, pairs));
  }

  /** Counts itself as one resample, so that it is never zero (Davison and Hinkley 1997). */
  private static double probability(double[] ratios) {
    long below = Arrays.stream(ratios).filter(ratio -> ratio <= 1 + ROUNDING).count();
    long above = Arrays.stream(ratios).filter(ratio -> ratio >= 1 - ROUNDING).count();
    return Math.min(1, 2.0 * (1 + Math.min(below, above)) / (ratios.length + 1));
  }

  private static Verdict verdict(Interval ratio, List<Pair> pairs) {
    long several = pairs.stream().filter(p -> p.domain().documents() > 1).count();
    boolean enough =
        2 * several >= pairs.size()
            && pairs.stream().mapToInt(p -> p.domain().documents()).sum() >= MINIMUM_DOCUMENTS;
    if (!enough) {
      return Verdict.TOO_FEW_DOCUMENTS;
    }
    if (ratio.high() < 1 - ROUNDING) {
      return Verdict.LOWER;
    }
    return ratio.low() > 1 + ROUNDING ? Verdict.HIGHER : Verdict.NOT_SIGNIFICANT;
  }
}
