package io.espalier.cli;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * How far one stage is, all its items together: sums, speed, time left. Plain arithmetic on what
 * was reported and when; confined to the lock of its {@link Console}.
 */
final class StageProgress {
  /** Speed is measured over this much of the recent past: long enough to be steady. */
  private static final double SPEED_WINDOW_SECONDS = 30;

  private static final double SAMPLE_SPACING_SECONDS = 0.5;

  /**
   * @param first what was done at the first sign of life: an earlier run's work, which is progress
   *     but not speed; −1 until then
   */
  private record Item(long first, long done, long total, String detail) {
    boolean isAlive() {
      return first >= 0;
    }

    boolean moves() {
      return isAlive() && done < total;
    }

    long doneNow() {
      return isAlive() ? done - first : 0;
    }
  }

  private record Sample(double seconds, long doneNow) {}

  private final double startedSeconds;
  private final Map<String, Item> items = new LinkedHashMap<>();
  private final Deque<Sample> samples = new ArrayDeque<>();
  private String unit = "";

  StageProgress(double startedSeconds) {
    this.startedSeconds = startedSeconds;
  }

  void report(String item, long done, long total, String unit, String detail, double nowSeconds) {
    this.unit = unit;
    Item before = items.get(item);
    if (items.values().stream().noneMatch(Item::isAlive)) {
      samples.clear(); // Waiting for the first sign of life is not slowness.
    }
    long first = before != null && before.isAlive() ? before.first : done > 0 ? done : -1;
    items.put(item, new Item(first, done, total, detail));
    Sample last = samples.peekLast();
    if (last == null || nowSeconds - last.seconds >= SAMPLE_SPACING_SECONDS) {
      samples.addLast(
          new Sample(nowSeconds, items.values().stream().mapToLong(Item::doneNow).sum()));
    }
    while (samples.size() > 2 && nowSeconds - samples.getFirst().seconds > SPEED_WINDOW_SECONDS) {
      samples.removeFirst();
    }
  }

  boolean isMeasured() {
    return total() > 0;
  }

  long done() {
    return items.values().stream().mapToLong(Item::done).sum();
  }

  long total() {
    return items.values().stream().mapToLong(Item::total).sum();
  }

  String unit() {
    return unit;
  }

  double elapsedSeconds(double nowSeconds) {
    return nowSeconds - startedSeconds;
  }

  /** Units per second of the recent past; empty until there is a past. */
  OptionalDouble speed() {
    if (samples.size() < 2) {
      return OptionalDouble.empty();
    }
    double seconds = samples.getLast().seconds - samples.getFirst().seconds;
    long units = samples.getLast().doneNow - samples.getFirst().doneNow;
    return units > 0 && seconds > 0 ? OptionalDouble.of(units / seconds) : OptionalDouble.empty();
  }

  OptionalDouble secondsLeft() {
    OptionalDouble speed = speed();
    return speed.isPresent()
        ? OptionalDouble.of((total() - done()) / speed.getAsDouble())
        : OptionalDouble.empty();
  }

  /** {@code 38 %}, or nothing while no total is known. */
  String percent() {
    return isMeasured() ? 100 * done() / total() + " %" : "";
  }

  /** The details of the items in motion: {@code loss 4.21}, or {@code legal loss 4.21, code …}. */
  String details() {
    List<Map.Entry<String, Item>> moving =
        items.entrySet().stream().filter(e -> e.getValue().moves()).toList();
    if (items.size() == 1) {
      return items.values().iterator().next().detail();
    }
    List<String> shown = new ArrayList<>();
    moving.forEach(e -> shown.add((shortName(e.getKey()) + " " + e.getValue().detail()).strip()));
    return shown.stream().collect(Collectors.joining(", "));
  }

  /** {@code legal} of {@code expert/legal}: that they are experts is said by the stage's name. */
  private static String shortName(String item) {
    return item.replaceFirst("^expert/", "");
  }

  /** Speed and details for the end of a bar: {@code 10.4 k tokens/s loss 4.21}. */
  String speedAndDetails() {
    List<String> parts = new ArrayList<>();
    speed().ifPresent(s -> parts.add(Quantities.count(s) + " " + unit + "/s"));
    if (!details().isEmpty()) {
      parts.add(details());
    }
    return String.join("  ", parts);
  }

  /**
   * The whole state in one line, for output that is no terminal; only the time that it took so far
   * where nothing is known.
   */
  String line(double nowSeconds) {
    List<String> parts = new ArrayList<>();
    if (!isMeasured()) {
      return "at work for " + Quantities.duration(elapsedSeconds(nowSeconds));
    }
    parts.add(percent());
    parts.add("%s of %s %s".formatted(Quantities.count(done()), Quantities.count(total()), unit));
    parts.add(speedAndDetails());
    secondsLeft().ifPresent(s -> parts.add(Quantities.duration(s) + " left"));
    return parts.stream().filter(p -> !p.isEmpty()).collect(Collectors.joining("  "));
  }
}
