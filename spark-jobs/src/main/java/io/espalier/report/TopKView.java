package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * What it costs to keep few experts of an ensemble.
 *
 * @param chart mean perplexity against the number of experts kept, relative to all of them
 * @param finding how few are enough
 */
public record TopKView(Chart chart, String finding) {
  /** A loss that few would notice, in per cent. */
  private static final double ENOUGH = 1;

  public boolean isEmpty() {
    return chart.series().isEmpty();
  }

  static TopKView of(List<Result> results, Figures figures, Significance significance) {
    String base =
        results.stream()
            .filter(r -> !r.isOfTrial() && r.model().contains(Result.TOP_K))
            .map(r -> r.model().substring(0, r.model().indexOf(Result.TOP_K)))
            .findFirst()
            .orElse("");
    int experts = figures.models(ModelName.EXPERT).size();
    List<Chart.Series> series = new ArrayList<>();
    List<String> findings = new ArrayList<>();
    for (String role : List.of(Result.TRAINING, Result.EVALUATION)) {
      boolean training = role.equals(Result.TRAINING);
      List<String> domains = training ? figures.trainingDomains() : figures.evaluationDomains();
      TreeMap<Integer, Double> loss = loss(results, figures, base, role, domains, experts);
      if (base.isEmpty() || loss.size() < 2) {
        continue;
      }
      series.add(
          new Chart.Series(
              role + " domains",
              training ? Palette.INK : "c1",
              !training,
              loss.keySet().stream().map(Integer::doubleValue).toList(),
              List.copyOf(loss.values())));
      findings.add(finding(loss, role, experts, base, significance, domains));
    }
    Chart chart =
        new Chart("top-k", "line", "experts kept", "above all experts (%)", List.of(), series);
    return new TopKView(chart, Phrases.enumeration(findings));
  }

  /** Experts kept → per cent above the ensemble of all, mean perplexity over the domains. */
  private static TreeMap<Integer, Double> loss(
      List<Result> results,
      Figures figures,
      String base,
      String role,
      List<String> domains,
      int experts) {
    TreeMap<Integer, Double> sums = new TreeMap<>();
    results.stream()
        .filter(r -> r.model().startsWith(base + Result.TOP_K) && !r.isMean())
        .filter(r -> r.metric().equals(Result.PERPLEXITY) && r.split().equals(figures.split()))
        .filter(r -> r.role().equals(role))
        .forEach(
            r ->
                sums.merge(
                    Integer.valueOf(r.model().substring((base + Result.TOP_K).length())),
                    r.value(),
                    Double::sum));
    double all = domains.stream().mapToDouble(domain -> figures.perplexity(base, domain)).sum();
    sums.replaceAll((k, sum) -> 100 * (sum / all - 1));
    if (!sums.isEmpty()) {
      sums.put(experts, 0.0);
    }
    return sums;
  }

  private static String finding(
      TreeMap<Integer, Double> loss,
      String role,
      int experts,
      String base,
      Significance significance,
      List<String> domains) {
    int enough =
        loss.entrySet().stream()
            .filter(e -> e.getValue() < ENOUGH)
            .map(java.util.Map.Entry::getKey)
            .findFirst()
            .orElse(experts);
    String mean = role.equals(Result.TRAINING) ? Result.MEAN_TRAINING : Result.MEAN_EVALUATION;
    String domain = domains.size() > 1 ? mean : domains.get(0);
    double one = loss.firstEntry().getValue();
    String alone =
        enough == 1
            ? ""
            : " (one alone: %s %%%s)"
                .formatted(
                    TestsView.percent(1 + one / 100),
                    significance.words(base + Result.TOP_K + 1, base, domain));
    return String.format(
        Locale.ROOT,
        "on %s domains %d of %d experts per token %s within 1 %% of all%s",
        role,
        enough,
        experts,
        enough == 1 ? "is" : "are",
        alone);
  }

  /** The finding as a sentence. */
  public String sentence() {
    return finding.isEmpty() ? "" : Phrases.sentence(finding);
  }
}
