package io.espalier.train;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who gets the next slices of a {@link MarginalBudget}: a pure function of the slices that are
 * done.
 *
 * <p>The first round gives every expert one. Each round after it gives one to as many experts as
 * can be trained at once, those first whose last slice brought most ({@link Slice#gain}; of equal
 * ones the first), until all are given away. A round that isn't done is decided again from those
 * before it: it comes out the same, whatever was done of it and however many slots there are now.
 *
 * @param domains of the experts
 * @param slices that there are to give away, at least one for each expert
 */
public record MarginalSlices(List<String> domains, long slices) {
  public MarginalSlices {
    domains = List.copyOf(domains);
    if (slices < domains.size()) {
      throw new IllegalArgumentException(
          "%d slices aren't one for each of %d experts".formatted(slices, domains.size()));
    }
  }

  /**
   * A slice to train.
   *
   * @param round of the decision, from 1
   * @param roundSlices how many slices the round gives away
   * @param number of the expert's slices, from 1
   * @param spent slices that all experts together had when the round began
   */
  public record Next(int round, int roundSlices, String domain, int number, long spent) {}

  /**
   * What is missing of the first round that isn't done; nothing if all slices are given away.
   *
   * @param done in any order
   * @param slots how many experts are trained at once
   */
  public List<Next> next(List<Slice> done, int slots) {
    int round = 1;
    List<Slice> before = List.of();
    while (before.size() < slices) {
      int current = round;
      List<Slice> ofRound = done.stream().filter(slice -> slice.round() == current).toList();
      int width = ofRound.isEmpty() ? width(before, slots) : ofRound.get(0).roundSlices();
      if (ofRound.size() < width) {
        Set<String> there = ofRound.stream().map(Slice::domain).collect(Collectors.toSet());
        return decide(round, width, before).stream()
            .filter(next -> !there.contains(next.domain()))
            .toList();
      }
      before = done.stream().filter(slice -> slice.round() <= current).toList();
      round++;
    }
    return List.of();
  }

  /** Slices of each expert, in the domains' order; nothing as long as not all are done. */
  public Map<String, Integer> decided(List<Slice> done) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    if (next(done, 1).isEmpty()) {
      domains.forEach(domain -> counts.put(domain, 0));
      done.forEach(slice -> counts.merge(slice.domain(), 1, Integer::sum));
    }
    return counts;
  }

  private int width(List<Slice> before, int slots) {
    return before.isEmpty()
        ? domains.size()
        : (int) Math.min(slices - before.size(), Math.min(slots, domains.size()));
  }

  private List<Next> decide(int round, int width, List<Slice> before) {
    Map<String, Slice> last = new HashMap<>();
    for (Slice slice : before) {
      last.merge(slice.domain(), slice, (a, b) -> a.number() > b.number() ? a : b);
    }
    List<String> best = new ArrayList<>(domains);
    if (!before.isEmpty()) {
      best.sort(
          Comparator.comparingDouble(
                  (String domain) -> Objects.requireNonNull(last.get(domain)).gain())
              .reversed());
    }
    return best.stream()
        .limit(width)
        .map(
            domain -> {
              Slice latest = last.get(domain);
              int number = latest == null ? 1 : latest.number() + 1;
              return new Next(round, width, domain, number, before.size());
            })
        .toList();
  }
}
