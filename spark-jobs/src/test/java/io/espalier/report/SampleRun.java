package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.ConnectingLine;
import io.espalier.evaluate.DomainMean;
import io.espalier.evaluate.Interval;
import io.espalier.evaluate.Result;
import io.espalier.evaluate.ScoredModel;
import io.espalier.evaluate.Verdict;
import io.espalier.forest.Ensemble;
import io.espalier.forest.Posterior;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A made-up run of the quickstart's shape, to see and to test reports with. */
final class SampleRun {
  static final List<String> TRAINING =
      List.of("biomed", "chat", "code", "cs_abstracts", "legal", "literature", "press", "reviews");
  static final List<String> EVALUATION = List.of("cli_docs", "contracts", "health_qa", "poetry");

  private static final double[] DIFFICULTY = {88, 62, 31, 97, 41, 118, 79, 71, 64, 66, 92, 214};

  private SampleRun() {}

  static ReportData data() {
    return new ReportData(
        new RunFacts(
            "quickstart",
            "2026-11-23 14:05 UTC",
            "Espalier 0.1.0 (8122d86)",
            "2 cores, 8 GiB, cpu",
            2,
            "name: quickstart\nseed: 20\ntraining:\n  steps: 600\n  seed_share: 0.5\n"),
        results(),
        metrics(),
        ledger(),
        preparation(),
        checkpoints(),
        Map.of(
            "documents",
            0L,
            "rejections",
            0L,
            "sequences",
            0L,
            "scores",
            3L,
            "results",
            2L,
            "metrics",
            10L,
            "ledger",
            12L,
            "forest",
            1L),
        List.of(example()),
        comparisons(),
        List.of(line()));
  }

  private static ConnectingLine line() {
    return new ConnectingLine(
        new ScoredModel("expert/legal", "a"),
        new ScoredModel("expert/press", "b"),
        List.of(
            new ConnectingLine.Point(0, 90),
            new ConnectingLine.Point(0.5, 240),
            new ConnectingLine.Point(1, 110)));
  }

  static List<Comparison> comparisons() {
    List<Comparison> comparisons = new ArrayList<>();
    for (String model : List.of("seed", "merged/posterior", "ensemble/cached_prior")) {
      for (String domain : TRAINING) {
        comparisons.add(FindingsTest.comparison(model, "dense", domain, 0.9, Verdict.LOWER));
      }
      comparisons.add(
          FindingsTest.comparison(model, "dense", "poetry", 0.99, Verdict.NOT_SIGNIFICANT));
      comparisons.add(
          new Comparison(
              model,
              "dense",
              Result.MEAN_TRAINING,
              Result.TRAINING,
              Result.TEST_SPLIT,
              TRAINING.size(),
              400,
              40_000,
              new Interval(0.93, 0.91, 0.96),
              new Interval(0.95, 0.92, 0.97),
              new Interval(-4, -6, -2),
              0.001,
              Verdict.LOWER));
    }
    return comparisons;
  }

  static List<Result> results() {
    List<Result> results = new ArrayList<>();
    List<String> domains = new ArrayList<>(TRAINING);
    domains.addAll(EVALUATION);
    for (int d = 0; d < domains.size(); d++) {
      addDomain(results, domains.get(d), d < TRAINING.size(), DIFFICULTY[d], new Random(d));
    }
    results.addAll(DomainMean.of(results));
    return results;
  }

  private static void addDomain(
      List<Result> results, String domain, boolean trained, double dense, Random random) {
    add(results, domain, trained, "seed", dense * (1.22 + 0.05 * random.nextDouble()));
    add(results, domain, trained, "dense", dense);
    for (String expert : TRAINING) {
      double factor = expert.equals(domain) ? 0.84 : 1.2 + 1.6 * random.nextDouble();
      add(
          results,
          domain,
          trained,
          "expert/" + expert,
          dense * (factor + 0.04 * random.nextDouble()));
      double weight = expert.equals(domain) ? 0.93 : 0.01;
      weight = trained ? weight : expert.equals("press") ? 0.58 : 0.06;
      results.add(
          new Result(
              "expert/" + expert,
              domain,
              trained ? Result.TRAINING : Result.EVALUATION,
              Result.VALIDATION_SPLIT,
              Result.CACHED_PRIOR,
              weight,
              8000,
              "e0"));
    }
    add(results, domain, trained, "merged/uniform", dense * (1.11 + 0.06 * random.nextDouble()));
    add(results, domain, trained, "merged/posterior", dense * (0.9 + 0.1 * random.nextDouble()));
    add(
        results,
        domain,
        trained,
        "ensemble/uniform_prior",
        dense * (0.86 + 0.08 * random.nextDouble()));
    add(
        results,
        domain,
        trained,
        "ensemble/cached_prior",
        dense * (0.85 + 0.08 * random.nextDouble()));
    for (int k = 1; k < TRAINING.size(); k *= 2) {
      add(results, domain, trained, "ensemble/cached_prior/top/" + k, dense * (0.9 + 0.02 / k));
    }
    for (String expert : TRAINING) {
      add(
          results,
          domain,
          trained,
          "ensemble/cached_prior/without/" + expert,
          dense * (expert.equals(domain) ? 1.3 : 0.89 + 0.03 * random.nextDouble()));
    }
  }

  private static void add(
      List<Result> results, String domain, boolean trained, String model, double perplexity) {
    String role = trained ? Result.TRAINING : Result.EVALUATION;
    results.add(
        new Result(model, domain, role, "test", Result.PERPLEXITY, perplexity, 8192, "c0ffee"));
    double bits = Math.log(perplexity) / Math.log(2) / 3.4;
    results.add(
        new Result(model, domain, role, "test", Result.BITS_PER_BYTE, bits, 8192, "c0ffee"));
  }

  static List<TrainingPoint> metrics() {
    List<TrainingPoint> points = new ArrayList<>();
    addCurve(points, "dense", 1, 600, 4.2, 7.6, 16);
    addCurve(points, "seed", 1, 300, 4.5, 7.6, 16);
    for (int d = 0; d < TRAINING.size(); d++) {
      double end = Math.log(DIFFICULTY[d] * 0.84);
      addCurve(points, "expert/" + TRAINING.get(d), 301, 600, end, end + 0.35, 2);
    }
    return points;
  }

  private static void addCurve(
      List<TrainingPoint> points,
      String checkpoint,
      int first,
      int last,
      double end,
      double start,
      int sequences) {
    Random random = new Random(checkpoint.hashCode());
    for (int step = first; step <= last; step += 5) {
      double progress = (step - first) / (double) (last - first);
      double loss = end + (start - end) * Math.exp(-5 * progress) + 0.03 * random.nextGaussian();
      double rate = step < 48 ? 3e-3 * step / 48 : 3e-3 * (600 - step) / 552;
      points.add(
          new TrainingPoint(checkpoint, step, (step - first + 1) * 128L * sequences, loss, rate));
    }
  }

  static List<LedgerEntry> ledger() {
    List<LedgerEntry> entries = new ArrayList<>();
    entries.add(new LedgerEntry("prepare", "", 0, "cpu", 44, 71, 0, 0, 0));
    entries.add(new LedgerEntry("train-seed", "", 0, "cpu", 96, 94, 1.9e12, 614_400, 0));
    entries.add(new LedgerEntry("train-dense", "", 0, "cpu", 191, 188, 3.8e12, 1_228_800, 0));
    for (int d = 0; d < TRAINING.size(); d++) {
      entries.add(
          new LedgerEntry(
              "train-experts",
              TRAINING.get(d),
              d == 3 ? 1 : 0,
              "cpu",
              12 + d,
              11 + d,
              1.9e12 / 8,
              76_800,
              0));
    }
    for (String domain : TRAINING) {
      entries.add(new LedgerEntry("score", domain, 0, "cpu", 4.1, 4, 0.3e12, 160_000, 0));
    }
    entries.add(new LedgerEntry("train-experts", "", 0, "slots", 0, 0, 0, 0, 0, 70, 9, 2_500_000));
    entries.add(new LedgerEntry("merge", "", 0, "cpu", 2.2, 2, 0, 0, 0));
    entries.add(new LedgerEntry("evaluate", "", 0, "cpu", 3.4, 3, 0, 0, 0));
    return entries;
  }

  static List<StageCount> preparation() {
    Map<String, Long> clean = new LinkedHashMap<>();
    clean.put("empty_text", 12L);
    clean.put("too_short", 31L);
    return List.of(
        new StageCount("ingest", 12_345, 12_338, Map.of("broken_json", 5L, "invalid_utf8", 2L)),
        new StageCount("clean and filter", 12_338, 12_295, clean),
        new StageCount("deduplicate", 12_295, 12_061, Map.of("exact_duplicate", 234L)));
  }

  static List<CheckpointNode> checkpoints() {
    List<CheckpointNode> nodes = new ArrayList<>();
    nodes.add(new CheckpointNode("seed", 300, hash(1), List.of(), 0));
    nodes.add(new CheckpointNode("dense", 600, hash(2), List.of(), 0));
    List<String> experts = TRAINING.stream().map(domain -> "expert/" + domain).toList();
    for (String expert : experts) {
      nodes.add(new CheckpointNode(expert, 600, hash(expert.hashCode()), List.of("seed"), 0));
    }
    nodes.add(new CheckpointNode("merged/uniform", 0, hash(3), experts, -1));
    for (String domain : TRAINING) {
      nodes.add(
          new CheckpointNode(
              "merged/posterior/" + domain, 0, hash(domain.hashCode()), experts, -1));
    }
    return nodes;
  }

  private static String hash(int seed) {
    Random random = new Random(seed);
    return IntStream.range(0, 64)
        .mapToObj(i -> Integer.toHexString(random.nextInt(16)))
        .reduce("", String::concat);
  }

  static PosteriorExample example() {
    String text =
        "An appeal from the order of the Board shall be filed with the Superior Court within thirty"
            + " days. The Mayor may, by rule, waive the fee required by this section for any person"
            + " who shows good cause.\nThe court may affirm, modify, or set aside the order, in"
            + " whole or in part, and no objection that has not been urged before the Board shall"
            + " be considered, unless the failure is excused because of extraordinary circumstances.";
    List<String> tokens = List.of(text.split("(?=[ \n,.])"));
    float[][] scores = new float[TRAINING.size()][tokens.size()];
    Random random = new Random(6);
    for (int j = 0; j < scores.length; j++) {
      for (int t = 0; t < tokens.size(); t++) {
        double handicap = j == 4 ? 0 : j == 6 ? 0.12 : 0.2 + 0.04 * j;
        scores[j][t] = (float) -(3.5 + handicap + 0.5 * random.nextGaussian());
      }
    }
    double[] prior = new double[TRAINING.size()];
    java.util.Arrays.fill(prior, -Math.log(TRAINING.size()));
    return PosteriorExample.of(
        "legal",
        "test",
        17,
        "uniform_prior",
        tokens,
        TRAINING,
        new Ensemble(Posterior.FULL_CONTEXT, 0).logPosterior(prior, scores));
  }
}
