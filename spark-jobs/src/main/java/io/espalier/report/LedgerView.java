package io.espalier.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * Where the device time went.
 *
 * @param chart device-seconds by stage and domain
 * @param rows the same as figures
 * @param total over all stages
 * @param cost of the forest beside the dense model
 * @param finding what took the most, how much was idle, and whether the compute was matched
 */
public record LedgerView(Chart chart, List<Row> rows, Row total, CostView cost, String finding) {

  /** One stage. */
  public record Row(
      String stage,
      int tasks,
      int retries,
      double deviceSeconds,
      double cpuSeconds,
      double flops,
      long tokens,
      long bytesCommunicated,
      double wallSeconds,
      double idleSlotSeconds,
      long bytesRead) {

    public String wallText() {
      return wallSeconds == 0 ? "–" : Numbers.seconds(wallSeconds);
    }

    public String idleText() {
      return wallSeconds == 0 ? "–" : Numbers.seconds(idleSlotSeconds);
    }

    /** Device-seconds of the seconds that slots were there. */
    public String utilisationText() {
      double all = deviceSeconds + idleSlotSeconds;
      return wallSeconds == 0 || all == 0 ? "–" : Numbers.share(deviceSeconds / all);
    }

    public String readText() {
      return bytesRead == 0 ? "–" : Numbers.bytes(bytesRead);
    }

    public String tokensPerSecond() {
      return tokens == 0 || deviceSeconds == 0
          ? "–"
          : Numbers.count(Math.round(tokens / deviceSeconds));
    }

    public String flopsText() {
      return flops == 0 ? "–" : Numbers.flops(flops);
    }

    public String communicatedText() {
      return bytesCommunicated == 0 ? "–" : Numbers.bytes(bytesCommunicated);
    }

    public String tokensText() {
      return tokens == 0 ? "–" : Numbers.count(tokens);
    }
  }

  /**
   * Stages stand in the order of their first entries.
   *
   * @param denseFromSeed whether the dense model went on from the seed, as the experts did
   */
  static LedgerView of(List<LedgerEntry> ledger, boolean denseFromSeed, Palette palette) {
    Set<String> stages = new LinkedHashSet<>();
    ledger.forEach(entry -> stages.add(entry.stage()));
    List<Row> rows = stages.stream().map(s -> sum(s, ofStage(ledger, s))).toList();
    Row total = sum("total", ledger);
    return new LedgerView(
        chart(ledger, List.copyOf(stages), palette),
        rows,
        total,
        CostView.of(ledger, denseFromSeed),
        finding(rows, total) + idle(total) + matched(ledger, denseFromSeed) + retried(total) + ".");
  }

  private static List<LedgerEntry> ofStage(List<LedgerEntry> ledger, String stage) {
    return ledger.stream().filter(entry -> entry.stage().equals(stage)).toList();
  }

  private static Row sum(String stage, List<LedgerEntry> entries) {
    return new Row(
        stage,
        (int) entries.stream().filter(LedgerEntry::isTask).count(),
        (int) entries.stream().filter(entry -> entry.attempt() > 0).count(),
        entries.stream().mapToDouble(LedgerEntry::deviceSeconds).sum(),
        entries.stream().mapToDouble(LedgerEntry::cpuSeconds).sum(),
        entries.stream().mapToDouble(LedgerEntry::flops).sum(),
        entries.stream().mapToLong(LedgerEntry::tokens).sum(),
        entries.stream().mapToLong(LedgerEntry::bytesCommunicated).sum(),
        entries.stream().mapToDouble(LedgerEntry::wallSeconds).sum(),
        entries.stream().mapToDouble(LedgerEntry::idleSlotSeconds).sum(),
        entries.stream().mapToLong(LedgerEntry::bytesRead).sum());
  }

  private static Chart chart(List<LedgerEntry> ledger, List<String> stages, Palette palette) {
    List<Chart.Series> series = new ArrayList<>();
    for (String domain : palette.domains()) {
      addSeries(
          series,
          domain,
          palette.colour(domain),
          stages,
          ledger,
          e -> e.domain().equals(domain) ? e.deviceSeconds() : 0);
    }
    addSeries(
        series,
        "all domains",
        Palette.MUTED,
        stages,
        ledger,
        e -> palette.domains().contains(e.domain()) ? 0 : e.deviceSeconds());
    addSeries(series, "idle", Palette.IDLE, stages, ledger, LedgerEntry::idleSlotSeconds);
    return new Chart("ledger", "bars", "device-seconds", "", stages, series);
  }

  private static void addSeries(
      List<Chart.Series> series,
      String label,
      String colour,
      List<String> stages,
      List<LedgerEntry> ledger,
      ToDoubleFunction<LedgerEntry> secondsOf) {
    List<Double> seconds =
        stages.stream()
            .map(stage -> ofStage(ledger, stage).stream().mapToDouble(secondsOf).sum())
            .toList();
    if (seconds.stream().anyMatch(value -> value > 0)) {
      series.add(new Chart.Series(label, colour, false, List.of(), seconds));
    }
  }

  private static String finding(List<Row> rows, Row total) {
    Row longest = rows.stream().max(Comparator.comparingDouble(Row::deviceSeconds)).orElse(total);
    return "The stage %s took the most: %s of %s device time (%s)"
        .formatted(
            longest.stage(),
            Numbers.seconds(longest.deviceSeconds()),
            Numbers.seconds(total.deviceSeconds()),
            Numbers.share(longest.deviceSeconds() / total.deviceSeconds()));
  }

  private static String idle(Row total) {
    return total.wallSeconds() == 0
        ? ""
        : "; while stages ran, slots had nothing to do for %s of their time"
            .formatted(
                Numbers.share(
                    total.idleSlotSeconds() / (total.deviceSeconds() + total.idleSlotSeconds())));
  }

  /** Whether dense and forest were compared at the same training compute. */
  private static String matched(List<LedgerEntry> ledger, boolean denseFromSeed) {
    double seed = flops(ledger, "train-seed");
    double experts = flops(ledger, "train-experts");
    double dense = flops(ledger, "train-dense");
    return dense == 0 || seed + experts == 0
        ? ""
        : "; seed and experts together trained with %s, %s with %s"
            .formatted(
                Numbers.flops(seed + experts),
                denseFromSeed ? "seed and dense model" : "the dense model",
                Numbers.flops(denseFromSeed ? seed + dense : dense));
  }

  private static double flops(List<LedgerEntry> ledger, String stage) {
    return ofStage(ledger, stage).stream().mapToDouble(LedgerEntry::flops).sum();
  }

  private static String retried(Row total) {
    return total.retries() == 0
        ? ""
        : "; %s ran again after a failure".formatted(Phrases.counted(total.retries(), "task"));
  }
}
