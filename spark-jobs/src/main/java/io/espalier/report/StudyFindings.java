package io.espalier.report;

import io.espalier.evaluate.Comparison;
import io.espalier.evaluate.Result;
import io.espalier.report.StudyFinding.Outcome;
import io.espalier.study.StudyModels;
import io.espalier.study.TrialKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts a study's figures into sentences, one for each claim that it tests. */
final class StudyFindings {
  private static final String DENSE = "dense";
  private static final String UNIFORM = "merged/uniform";
  private static final String POSTERIOR = "merged/posterior";

  private final StudyData data;
  private final StudyModels models;
  private final List<StudyFinding> findings = new ArrayList<>();

  private StudyFindings(StudyData data) {
    this.data = data;
    this.models = data.models();
  }

  static List<StudyFinding> of(StudyData data) {
    StudyFindings all = new StudyFindings(data);
    all.againstDense();
    all.againstDenseAtItsBest();
    all.averages();
    all.randomSplit();
    all.unsharedSeed();
    all.seedShare();
    all.seedCorpus();
    all.domainCount();
    all.replicates();
    return List.copyOf(all.findings);
  }

  private void againstDense() {
    with(
        models.ensemble(),
        DENSE,
        Result.MEAN_TRAINING,
        c ->
            add(
                "At matched compute and the paper's batch rule a forest's ensemble beats the dense model on the training domains",
                pair(c, "the ensemble", "the dense model"),
                StudyFinding.lower(c)));
    with(
        models.ensemble(),
        DENSE,
        Result.MEAN_EVALUATION,
        c ->
            add(
                "So it does on domains that nobody was trained on",
                pair(c, "the ensemble", "the dense model"),
                StudyFinding.lower(c)));
    if (!models.bestExpert().isEmpty()) {
      with(
          models.ensemble(),
          models.bestExpert(),
          Result.MEAN_TRAINING,
          c ->
              add(
                  "Experts are better together than the best of them alone",
                  pair(c, "the ensemble", models.bestExpert()),
                  StudyFinding.lower(c)));
    }
  }

  private void againstDenseAtItsBest() {
    if (models.denseAtBest().equals(DENSE)
        && data.complete(TrialKind.DENSE_SWEEP).findAny().isEmpty()) {
      return;
    }
    String dense = "the dense model at its best (%s)".formatted(settingOf(models.denseAtBest()));
    with(
        models.ensemble(),
        models.denseAtBest(),
        Result.MEAN_TRAINING,
        c ->
            add(
                "The forest also beats the dense model with the batch and rate that suit it best",
                pair(c, "the ensemble", dense),
                StudyFinding.lower(c)));
    with(
        models.ensemble(),
        models.denseAtBest(),
        Result.MEAN_EVALUATION,
        c ->
            add(
                "So it does on domains that nobody was trained on",
                pair(c, "the ensemble", dense),
                StudyFinding.lower(c)));
    String forest = models.forestAtBest() + models.ensemble();
    if (!models.forestAtBest().isEmpty()) {
      with(
          forest,
          models.denseAtBest(),
          Result.MEAN_TRAINING,
          c ->
              add(
                  "A forest at its best beats the dense model at its best",
                  pair(c, "the ensemble at its best (%s)".formatted(settingOf(forest)), dense),
                  StudyFinding.lower(c)));
    }
  }

  private void averages() {
    with(
        POSTERIOR,
        UNIFORM,
        Result.MEAN_TRAINING,
        c ->
            add(
                "Averaging by the posterior beats averaging uniformly",
                pair(c, "the posterior average", "the uniform average"),
                StudyFinding.lower(c)));
    with(
        POSTERIOR,
        DENSE,
        Result.MEAN_TRAINING,
        c ->
            add(
                "One model averaged by the posterior beats the dense model",
                pair(c, "the posterior average", "the dense model"),
                StudyFinding.lower(c)));
  }

  private void randomSplit() {
    worseThanTheRunsOwn(
        TrialKind.RANDOM_SPLIT,
        models.ensemble(),
        "Experts on random parts of the text lose to experts on domains",
        "their ensemble",
        "that of the domain experts");
  }

  private void unsharedSeed() {
    worseThanTheRunsOwn(
        TrialKind.UNSHARED_SEED,
        UNIFORM,
        "Without a shared seed the experts' average collapses",
        "their uniform average",
        "that of experts with one seed");
  }

  private void worseThanTheRunsOwn(
      TrialKind kind, String model, String claim, String subject, String object) {
    data.complete(kind)
        .forEach(
            t ->
                with(
                    t.trial().prefix() + model,
                    model,
                    Result.MEAN_TRAINING,
                    c -> add(claim, pair(c, subject, object), StudyFinding.higher(c))));
  }

  /** The ensemble against the dense model, each of a trial. */
  private Optional<Comparison> ensembleToDense(String prefix) {
    return data.comparison(prefix + models.ensemble(), prefix + DENSE, Result.MEAN_TRAINING);
  }

  private void seedShare() {
    StudyCurves.Curve curve = StudyCurves.seedShares(data, models.ensemble());
    if (curve.x().size() < 2) {
      return;
    }
    int best = curve.lowest();
    double share = curve.x().get(best);
    add(
        "About half of the updates in the seed is best (the paper: 0.4 to 0.6)",
        String.format(
            Locale.ROOT,
            "of the shares %s the ensemble's perplexity is lowest at %s (%s)",
            Phrases.enumeration(curve.x().stream().map(StudyFindings::plain).toList()),
            plain(share),
            Numbers.perplexity(curve.y().get(best))),
        share >= 0.4 && share <= 0.6 ? Outcome.HOLDS : Outcome.FAILS);
  }

  private void seedCorpus() {
    List<String> parts = new ArrayList<>();
    data.complete(TrialKind.SEED_CORPUS)
        .forEach(
            t ->
                data.comparison(
                        t.trial().prefix() + models.ensemble(),
                        models.ensemble(),
                        Result.MEAN_TRAINING)
                    .ifPresent(
                        c ->
                            parts.add(
                                "on %s alone the ensemble's perplexity is %s, %s"
                                    .formatted(
                                        t.trial().setting(),
                                        Numbers.perplexity(data.perplexity(c.model(), c.domain())),
                                        StudyFinding.ratio(c)))));
    if (!parts.isEmpty()) {
      add(
          "What the seed is trained on matters little",
          "with a seed %s, where that of a seed on all domains is %s"
              .formatted(
                  Phrases.enumeration(parts),
                  Numbers.perplexity(data.perplexity(models.ensemble(), Result.MEAN_TRAINING))),
          Outcome.MEASURED);
    }
  }

  private void domainCount() {
    List<Comparison> bySize = new ArrayList<>();
    data.complete(TrialKind.DOMAIN_COUNT)
        .sorted(Comparator.comparingInt(t -> Integer.parseInt(t.trial().setting())))
        .forEach(t -> ensembleToDense(t.trial().prefix()).ifPresent(bySize::add));
    ensembleToDense("").ifPresent(bySize::add);
    if (bySize.size() < 2) {
      return;
    }
    boolean falls = true;
    for (int i = 1; i < bySize.size(); i++) {
      falls &= bySize.get(i).ratio().value() < bySize.get(i - 1).ratio().value();
    }
    add(
        "A forest gains on the dense model with the number of domains",
        "ensemble to dense model on their own domains: "
            + Phrases.enumeration(
                bySize.stream()
                    .map(c -> "with %d domains %s".formatted(c.domains(), interval(c)))
                    .toList()),
        falls ? Outcome.HOLDS : Outcome.FAILS);
  }

  private void replicates() {
    List<Comparison> all = new ArrayList<>();
    ensembleToDense("").ifPresent(all::add);
    data.complete(TrialKind.REPLICATE)
        .forEach(t -> ensembleToDense(t.trial().prefix()).ifPresent(all::add));
    if (all.size() < 2) {
      return;
    }
    boolean same = all.stream().map(Comparison::verdict).distinct().count() == 1;
    add(
        "Other random seeds say the same of ensemble and dense model",
        "ensemble to dense model: "
            + Phrases.enumeration(all.stream().map(StudyFindings::interval).toList()),
        same ? Outcome.HOLDS : Outcome.FAILS);
  }

  private void with(String model, String baseline, String domain, Consumer<Comparison> finding) {
    data.comparison(model, baseline, domain).ifPresent(finding);
  }

  private void add(String claim, String found, Outcome outcome) {
    findings.add(new StudyFinding(claim, Phrases.sentence(found), outcome));
  }

  private String pair(Comparison c, String model, String baseline) {
    return "%s has a perplexity of %s where %s has %s, %s"
        .formatted(
            model,
            Numbers.perplexity(data.perplexity(c.model(), c.domain())),
            baseline,
            Numbers.perplexity(data.perplexity(c.baseline(), c.domain())),
            StudyFinding.ratio(c));
  }

  /** What the trial of a model varies, or that it is the run's own. */
  private String settingOf(String model) {
    return data.trials().stream()
        .filter(t -> model.startsWith(t.trial().prefix()))
        .map(t -> t.trial().setting())
        .findFirst()
        .orElse("the configured batch and rate");
  }

  private static String interval(Comparison c) {
    return String.format(
        Locale.ROOT,
        "%.1f %% (%.1f to %.1f)",
        100 * c.ratio().value(),
        100 * c.ratio().low(),
        100 * c.ratio().high());
  }

  private static String plain(double share) {
    return share == Math.rint(share)
        ? String.format(Locale.ROOT, "%.0f", share)
        : Double.toString(share);
  }
}
