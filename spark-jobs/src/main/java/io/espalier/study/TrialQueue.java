package io.espalier.study;

import io.espalier.train.TrainingPlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Trainings that wait for their parents and for a slot: of those that are ready, the one with the
 * most tokens on the longest way behind it goes first, so that slots run dry together. What
 * descends from a failed training is never handed out. Thread-safe.
 */
public final class TrialQueue {
  private final Map<String, TrainingPlan> waiting = new LinkedHashMap<>();
  private final Map<String, Long> way = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private final Set<String> failed = new HashSet<>();
  private boolean closed;

  /**
   * @param plans each with a name of its own; a parent that isn't among them is taken as complete
   */
  public TrialQueue(List<TrainingPlan> plans) {
    plans.forEach(plan -> waiting.put(plan.checkpoint(), plan));
    plans.forEach(plan -> wayFrom(plan, plans));
  }

  /** Samples of a plan and of the longest line of descendants. */
  private long wayFrom(TrainingPlan plan, List<TrainingPlan> plans) {
    Long known = way.get(plan.checkpoint());
    if (known != null) {
      return known;
    }
    long behind = 0;
    for (TrainingPlan other : plans) {
      if (other.parent().equals(plan.checkpoint())) {
        behind = Math.max(behind, wayFrom(other, plans));
      }
    }
    way.put(plan.checkpoint(), plan.samples() + behind);
    return plan.samples() + behind;
  }

  /**
   * The next training, when one is ready.
   *
   * @return empty when nothing is left that could become ready
   */
  public synchronized Optional<TrainingPlan> take() throws InterruptedException {
    while (true) {
      Optional<TrainingPlan> next = closed ? Optional.empty() : longestReady();
      if (next.isPresent()) {
        waiting.remove(next.get().checkpoint());
        running.add(next.get().checkpoint());
        return next;
      }
      if (closed || running.isEmpty()) {
        return Optional.empty();
      }
      wait();
    }
  }

  private Optional<TrainingPlan> longestReady() {
    TrainingPlan longest = null;
    for (TrainingPlan plan : waiting.values()) {
      boolean ready =
          !waiting.containsKey(plan.parent())
              && !running.contains(plan.parent())
              && !failed.contains(plan.parent());
      if (ready && (longest == null || wayOf(plan) > wayOf(longest))) {
        longest = plan;
      }
    }
    return Optional.ofNullable(longest);
  }

  private long wayOf(TrainingPlan plan) {
    return way.getOrDefault(plan.checkpoint(), 0L);
  }

  /** A training that was taken is complete. */
  public synchronized void completed(TrainingPlan plan) {
    running.remove(plan.checkpoint());
    notifyAll();
  }

  /** A training that was taken failed. */
  public synchronized void failed(TrainingPlan plan) {
    running.remove(plan.checkpoint());
    failed.add(plan.checkpoint());
    notifyAll();
  }

  /** Hands out nothing more. */
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
