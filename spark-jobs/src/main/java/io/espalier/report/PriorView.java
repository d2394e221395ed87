package io.espalier.report;

import io.espalier.evaluate.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which experts speak for a domain: the cached priors, which are also the weights of the posterior
 * average.
 *
 * @param experts the columns
 * @param rows one per domain
 * @param finding what the rows say
 */
public record PriorView(List<String> experts, List<Row> rows, String finding) {

  /** One domain's weights, which sum to one. */
  public record Row(String domain, boolean trained, List<Cell> cells) {}

  /**
   * One weight.
   *
   * @param probability of the expert
   * @param style a CSS class, s0 … s5
   */
  public record Cell(double probability, String style, String description) {
    public String text() {
      return probability < 0.005 ? "·" : Numbers.probability(probability);
    }
  }

  static PriorView of(List<Result> results) {
    List<Result> priors =
        results.stream()
            .filter(r -> r.metric().equals(Result.CACHED_PRIOR) && !r.isOfTrial())
            .toList();
    List<String> experts = ModelName.ordered(priors).stream().map(ModelName::label).toList();
    List<Row> rows = new ArrayList<>();
    for (String role : List.of(Result.TRAINING, Result.EVALUATION)) {
      Set<String> domains = new LinkedHashSet<>();
      priors.stream()
          .filter(r -> r.role().equals(role))
          .map(Result::domain)
          .sorted()
          .forEach(domains::add);
      domains.forEach(d -> rows.add(row(priors, experts, d, role.equals(Result.TRAINING))));
    }
    return new PriorView(experts, rows, finding(experts, rows));
  }

  private static Row row(
      List<Result> priors, List<String> experts, String domain, boolean trained) {
    List<Cell> cells =
        experts.stream()
            .map(
                expert ->
                    priors.stream()
                        .filter(r -> r.domain().equals(domain))
                        .filter(r -> r.model().equals(ModelName.expert(expert).full()))
                        .mapToDouble(Result::value)
                        .findFirst()
                        .orElse(0))
            .toList()
            .stream()
            .map(p -> cell(p, domain))
            .toList();
    return new Row(domain, trained, cells);
  }

  private static Cell cell(double probability, String domain) {
    long step = probability < 0.005 ? 0 : Math.round(Math.ceil(probability * 5));
    return new Cell(probability, "s" + step, "weight %.3f for %s".formatted(probability, domain));
  }

  private static String finding(List<String> experts, List<Row> rows) {
    long own =
        rows.stream().filter(Row::trained).filter(r -> r.domain().equals(top(experts, r))).count();
    long trained = rows.stream().filter(Row::trained).count();
    Map<String, List<String>> others =
        rows.stream()
            .filter(row -> !row.trained())
            .collect(
                Collectors.groupingBy(
                    row -> top(experts, row),
                    LinkedHashMap::new,
                    Collectors.mapping(Row::domain, Collectors.toList())));
    return "The own expert gets the most weight on %d of %d training domains%s."
        .formatted(
            own,
            trained,
            others.isEmpty()
                ? ""
                : "; text that no expert was trained on leans on " + Phrases.groups(others));
  }

  private static String top(List<String> experts, Row row) {
    return java.util.stream.IntStream.range(0, experts.size())
        .boxed()
        .max(Comparator.comparingDouble(j -> row.cells().get(j).probability()))
        .map(experts::get)
        .orElse("");
  }
}
