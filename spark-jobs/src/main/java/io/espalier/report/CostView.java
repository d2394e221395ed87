package io.espalier.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What the forest cost to train beside the dense model; the seed, from which both may go on, counts
 * on both sides.
 *
 * @param rows one per resource; empty if either wasn't trained
 * @param finding which of the two took more
 */
public record CostView(List<Row> rows, String finding) {
  private static final String SEED_STAGE = "train-seed";
  private static final String EXPERTS_STAGE = "train-experts";
  private static final String DENSE_STAGE = "train-dense";

  /** One resource. */
  public record Row(
      String resource,
      String seed,
      String experts,
      String merges,
      String forest,
      String dense,
      String ratio) {}

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * Adds up.
   *
   * @param denseFromSeed whether the dense model went on from the seed, as the experts did
   */
  static CostView of(List<LedgerEntry> ledger, boolean denseFromSeed) {
    ToDoubleFunction<LedgerEntry> deviceSeconds = LedgerEntry::deviceSeconds;
    double forest = forest(ledger, deviceSeconds);
    double dense = dense(ledger, denseFromSeed, deviceSeconds);
    if (sum(ledger, EXPERTS_STAGE, deviceSeconds) == 0
        || sum(ledger, DENSE_STAGE, deviceSeconds) == 0) {
      return new CostView(List.of(), "");
    }
    List<Row> rows = new ArrayList<>();
    Function<Double, String> count = value -> Numbers.count(Math.round(value));
    Function<Double, String> bytes = value -> Numbers.bytes(Math.round(value));
    add(rows, "model compute", ledger, denseFromSeed, LedgerEntry::flops, Numbers::flops);
    add(rows, "tokens", ledger, denseFromSeed, e -> (double) e.tokens(), count);
    add(rows, "device time", ledger, denseFromSeed, deviceSeconds, Numbers::seconds);
    add(rows, "CPU time", ledger, denseFromSeed, LedgerEntry::cpuSeconds, Numbers::seconds);
    add(rows, "by the clock", ledger, denseFromSeed, LedgerEntry::wallSeconds, Numbers::seconds);
    add(rows, "idle slots", ledger, denseFromSeed, LedgerEntry::idleSlotSeconds, Numbers::seconds);
    add(rows, "read", ledger, denseFromSeed, e -> (double) e.bytesRead(), bytes);
    add(rows, "between ranks", ledger, denseFromSeed, e -> (double) e.bytesCommunicated(), bytes);
    return new CostView(
        rows,
        "Training the forest took %s of device time, the dense model %s: the forest %s."
            .formatted(Numbers.seconds(forest), Numbers.seconds(dense), beside(forest, dense)));
  }

  private static String beside(double forest, double dense) {
    double ratio = forest / dense;
    return Math.abs(ratio - 1) < 0.005
        ? "took the same"
        : String.format(
            Locale.ROOT, "took %.0f %% %s", 100 * Math.abs(ratio - 1), ratio > 1 ? "more" : "less");
  }

  private static double forest(List<LedgerEntry> ledger, ToDoubleFunction<LedgerEntry> of) {
    return sum(ledger, SEED_STAGE, of) + sum(ledger, EXPERTS_STAGE, of) + sum(ledger, "merge", of);
  }

  private static double dense(
      List<LedgerEntry> ledger, boolean denseFromSeed, ToDoubleFunction<LedgerEntry> of) {
    return sum(ledger, DENSE_STAGE, of) + (denseFromSeed ? sum(ledger, SEED_STAGE, of) : 0);
  }

  private static double sum(
      List<LedgerEntry> ledger, String stage, ToDoubleFunction<LedgerEntry> of) {
    return ledger.stream().filter(e -> e.stage().equals(stage)).mapToDouble(of).sum();
  }

  private static void add(
      List<Row> rows,
      String resource,
      List<LedgerEntry> ledger,
      boolean denseFromSeed,
      ToDoubleFunction<LedgerEntry> of,
      Function<Double, String> shown) {
    double forest = forest(ledger, of);
    double dense = dense(ledger, denseFromSeed, of);
    if (forest == 0 && dense == 0) {
      return;
    }
    Function<Double, String> orDash = value -> value == 0 ? "\u2013" : shown.apply(value);
    rows.add(
        new Row(
            resource,
            orDash.apply(sum(ledger, SEED_STAGE, of)),
            orDash.apply(sum(ledger, EXPERTS_STAGE, of)),
            orDash.apply(sum(ledger, "merge", of)),
            orDash.apply(forest),
            orDash.apply(dense),
            dense == 0 ? "\u2013" : String.format(Locale.ROOT, "%.2f", forest / dense)));
  }
}
