package io.espalier.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the heat map of all models says about the experts, in one sentence. */
final class HeatMapFinding {
  private HeatMapFinding() {}

  static String of(Figures figures) {
    List<ModelName> experts = figures.models(ModelName.EXPERT);
    List<String> others = new ArrayList<>();
    int own = 0;
    int compared = 0;
    for (String domain : figures.trainingDomains()) {
      String best = best(figures, experts, domain);
      if (Double.isNaN(figures.perplexity(ModelName.expert(domain).full(), domain))) {
        continue;
      }
      compared++;
      if (best.equals(domain)) {
        own++;
      } else {
        others.add("%s (%s is)".formatted(domain, best));
      }
    }
    if (compared == 0) {
      return "";
    }
    String exceptions = others.isEmpty() ? "" : ", not on " + Phrases.enumeration(others);
    return "A domain's own expert is the best single expert on %d of %d training domains%s%s."
        .formatted(own, compared, exceptions, nearest(figures, experts));
  }

  private static String nearest(Figures figures, List<ModelName> experts) {
    if (figures.evaluationDomains().isEmpty() || experts.isEmpty()) {
      return "";
    }
    Map<String, List<String>> domainsByExpert =
        figures.evaluationDomains().stream()
            .collect(
                Collectors.groupingBy(
                    domain -> best(figures, experts, domain),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return "; on text that no expert was trained on the best one is "
        + Phrases.groups(domainsByExpert);
  }

  private static String best(Figures figures, List<ModelName> experts, String domain) {
    return experts.stream()
        .filter(expert -> !Double.isNaN(figures.perplexity(expert.full(), domain)))
        .min(Comparator.comparingDouble(expert -> figures.perplexity(expert.full(), domain)))
        .map(ModelName::label)
        .orElse("none");
  }
}
