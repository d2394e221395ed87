package io.espalier.bench;

import io.espalier.config.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Two experts at the same time, in one process, against one alone: what a second core is worth. One
 * thread each, as Spark tasks through the trainer; an expert alone takes one of the two slots,
 * which is what it would have under {@code local[1]}.
 *
 * <p>Tokens per second count from the submission of the Spark job to its end: loading the seed and
 * the last checkpoint are in it on both sides. The sides run in turns, and a ratio is the median of
 * the rounds'. On a busy machine the CPU time of a token still says what two experts cost each
 * other.
 */
public final class ExpertsBench {
  private static final int EXPERTS = 2;
  private static final int WARM_UP_STEPS = 3;
  private static final double MICROSECONDS_PER_SECOND = 1e6;

  private ExpertsBench() {}

  /**
   * Trains in a temporary folder, which is deleted.
   *
   * @param steps updates of each expert in each round
   * @param rounds how often both sides run
   */
  public static BenchResult measure(TrainSize size, int steps, int rounds) {
    Rule.positive("rounds", rounds);
    List<Speed> one = new ArrayList<>();
    List<Speed> two = new ArrayList<>();
    try (BenchFolder folder = BenchFolder.temporary("experts")) {
      ExpertRuns runs =
          ExpertRuns.prepare(
              BenchSession.open("experts"), folder, size, EXPERTS, steps, Integer.MAX_VALUE);
      runs.train(EXPERTS, Math.min(WARM_UP_STEPS, steps));
      for (int round = 0; round < rounds; round++) {
        one.add(speed(runs, 1, steps));
        two.add(speed(runs, EXPERTS, steps));
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("model", size.toString());
    figures.put("updates_of_an_expert", steps);
    figures.put("rounds", rounds);
    put(figures, "tokens_per_second", one, two, Speed::tokensPerSecond);
    put(figures, "cpu_microseconds_per_token", one, two, Speed::cpuMicrosecondsPerToken);
    return new BenchResult("experts", figures);
  }

  private record Speed(double tokensPerSecond, double cpuMicrosecondsPerToken) {}

  private static Speed speed(ExpertRuns runs, int experts, int steps) {
    List<ExpertTime> times = new ArrayList<>();
    Timed job = Timed.of(() -> times.addAll(runs.train(experts, steps)));
    double tokens = times.stream().mapToLong(ExpertTime::tokens).sum();
    double cpuSeconds = times.stream().mapToDouble(ExpertTime::cpuSeconds).sum();
    return new Speed(tokens / job.wallSeconds(), MICROSECONDS_PER_SECOND * cpuSeconds / tokens);
  }

  private static void put(
      Map<String, Object> figures,
      String unit,
      List<Speed> one,
      List<Speed> two,
      Function<Speed, Double> figure) {
    List<Double> ofOne = one.stream().map(figure).toList();
    List<Double> ofTwo = two.stream().map(figure).toList();
    figures.put("one_expert_" + unit, Timed.rounded(Medians.of(ofOne)));
    figures.put("two_experts_" + unit, Timed.rounded(Medians.of(ofTwo)));
    figures.put(unit + "_ratio", Timed.rounded(Medians.ofRatios(ofTwo, ofOne)));
  }
}
