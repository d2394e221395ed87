package io.espalier.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The posterior over experts along a text: as a chart, and as the text itself, each token in the
 * colour of the expert that was the most probable before it.
 *
 * @param example the text
 * @param chart probability by token, stacked
 * @param tokens the text
 * @param finding when which expert took over
 */
public record PosteriorView(
    PosteriorExample example, Chart chart, List<Token> tokens, String finding) {
  /** As many as there are colours; the rest is summed up. */
  private static final int MAXIMUM_EXPERTS = Palette.COLOURS;

  private static final double CERTAIN = 0.9;

  /**
   * One token.
   *
   * @param text of the token
   * @param colour of the most probable expert before it
   * @param certain whether that expert has nearly all of the posterior
   * @param description that expert and its probability
   */
  public record Token(String text, String colour, boolean certain, String description) {}

  static PosteriorView of(int number, PosteriorExample example, Palette palette) {
    List<Integer> shown = mostProbable(example);
    List<Chart.Series> series = new ArrayList<>();
    for (int expert : shown) {
      String domain = example.experts().get(expert);
      series.add(
          new Chart.Series(
              domain, palette.colour(domain), false, List.of(), column(example, expert)));
    }
    if (shown.size() < example.experts().size()) {
      series.add(new Chart.Series("others", Palette.MUTED, false, List.of(), others(series)));
    }
    List<String> positions =
        IntStream.rangeClosed(1, example.tokens().size()).mapToObj(String::valueOf).toList();
    return new PosteriorView(
        example,
        new Chart(
            "posterior-" + number, "area", "token", "probability of expert", positions, series),
        tokens(example, palette),
        finding(example));
  }

  private static List<Integer> mostProbable(PosteriorExample example) {
    return IntStream.range(0, example.experts().size())
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -sum(column(example, j))))
        .limit(MAXIMUM_EXPERTS)
        .sorted()
        .toList();
  }

  private static List<Double> column(PosteriorExample example, int expert) {
    return example.posterior().stream().map(row -> row.get(expert)).toList();
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static List<Double> others(List<Chart.Series> shown) {
    return IntStream.range(0, shown.get(0).y().size())
        .mapToObj(t -> Math.max(0, 1 - shown.stream().mapToDouble(s -> s.y().get(t)).sum()))
        .toList();
  }

  private static List<Token> tokens(PosteriorExample example, Palette palette) {
    return IntStream.range(0, example.tokens().size())
        .mapToObj(
            t -> {
              int top = top(example.posterior().get(t));
              String domain = example.experts().get(top);
              return new Token(
                  example.tokens().get(t).replace("\n", "⏎\n"),
                  palette.colour(domain),
                  example.posterior().get(t).get(top) >= CERTAIN,
                  "token %d: %s %s"
                      .formatted(
                          t + 1, domain, Numbers.share(example.posterior().get(t).get(top))));
            })
        .toList();
  }

  private static int top(List<Double> row) {
    return IntStream.range(0, row.size())
        .boxed()
        .max(Comparator.comparingDouble(row::get))
        .orElseThrow();
  }

  private static String finding(PosteriorExample example) {
    if (example.tokens().isEmpty()) {
      return "";
    }
    int last = example.tokens().size() - 1;
    int winner = top(example.posterior().get(last));
    double final_ = example.posterior().get(last).get(winner);
    int since = last;
    while (since > 0 && example.posterior().get(since - 1).get(winner) >= CERTAIN) {
      since--;
    }
    String domain = example.experts().get(winner);
    if (final_ < CERTAIN) {
      return "After %d tokens the posterior is still divided: %s leads with %s."
          .formatted(last + 1, domain, Numbers.share(final_));
    }
    return "From token %d on %s%s has at least %s of the posterior."
        .formatted(
            since + 1,
            "the expert " + domain,
            domain.equals(example.domain()) ? ", the text's own domain," : "",
            Numbers.share(CERTAIN));
  }
}
