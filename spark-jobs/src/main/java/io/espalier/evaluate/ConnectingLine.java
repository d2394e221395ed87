package io.espalier.evaluate;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Perplexity along the straight line between two checkpoints: whether their average is any good
 * (Frankle et al. 2020, "Linear Mode Connectivity").
 *
 * @param first checkpoint at share 0
 * @param second checkpoint at share 1
 * @param points by ascending share, both ends included
 */
public record ConnectingLine(ScoredModel first, ScoredModel second, List<Point> points) {
  /** A rise of less than this share is within what an average gains or loses anyway. */
  private static final double SMALL_RISE = 0.02;

  /** Beyond it, an average is of no use to anybody. */
  private static final double LARGE_RISE = 0.5;

  /**
   * A model on the line.
   *
   * @param share of the second checkpoint
   * @param perplexity on validation text, the mean over the training domains
   */
  public record Point(double share, double perplexity) {}

  public ConnectingLine {
    points = List.copyOf(points);
    if (points.size() < 2 || points.get(0).share() != 0 || last(points).share() != 1) {
      throw new IllegalArgumentException("a line has two ends, but these are " + points);
    }
  }

  private static Point last(List<Point> points) {
    return points.get(points.size() - 1);
  }

  /** What the perplexity would be if it changed evenly from one end to the other. */
  public double even(double share) {
    return (1 - share) * points.get(0).perplexity() + share * last(points).perplexity();
  }

  /** The point that rises most above the even change; an end if none does. */
  public Point highest() {
    return points.stream().max(Comparator.comparingDouble(this::rise)).orElseThrow();
  }

  private double rise(Point point) {
    return point.perplexity() - even(point.share());
  }

  /** How far it rises above the even change, in perplexity; 0 where nothing does. */
  public double barrier() {
    return Math.max(0, rise(highest()));
  }

  /** The same as a share of the even change. */
  public double relativeBarrier() {
    return barrier() / even(highest().share());
  }

  /** What was found, in one sentence. */
  public String finding() {
    Point best = points.stream().min(Comparator.comparingDouble(Point::perplexity)).orElseThrow();
    double rise = relativeBarrier();
    String verdict =
        rise < SMALL_RISE
            ? "averaging them can work"
            : rise < LARGE_RISE
                ? "averaging them costs that much"
                : "averaging them can't work: they lie in different valleys";
    return String.format(
        Locale.ROOT,
        "Between %s and %s perplexity rises by %s at most above an even change (%.1f %%, at share %.2f), so %s; the lowest is %s at share %.2f.",
        first.checkpoint(),
        second.checkpoint(),
        number(barrier()),
        100 * rise,
        highest().share(),
        verdict,
        number(best.perplexity()),
        best.share());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 1000 ? "%.2f" : "%.3g", value);
  }
}
