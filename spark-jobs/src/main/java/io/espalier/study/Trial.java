package io.espalier.study;

import io.espalier.train.TrainingPlan;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One control: some trainings that are judged together.
 *
 * @param name of its folder {@code trials/<name>}: lower-case letters, digits, {@code .}, {@code _}
 *     and {@code -}
 * @param kind what it varies
 * @param setting the value of what it varies, for people and for charts
 * @param plans its trainings; their checkpoints' names start with {@link #prefix}
 */
public record Trial(String name, TrialKind kind, String setting, List<TrainingPlan> plans) {

  public Trial {
    plans = List.copyOf(plans);
  }

  /** What the names of its checkpoints and figures start with. */
  public String prefix() {
    return prefix(name);
  }

  /** What the names of a trial's checkpoints start with. */
  public static String prefix(String name) {
    return "trials/" + name + "/";
  }

  /** Whether it has a seed of its own. */
  public boolean hasSeed() {
    return plans.stream().anyMatch(plan -> plan.checkpoint().equals(prefix() + "seed"));
  }

  /** Its forest; empty where it has none. */
  public List<TrainingPlan> experts() {
    return plans.stream()
        .filter(plan -> plan.checkpoint().startsWith(prefix() + "expert/"))
        .toList();
  }

  /**
   * Target positions that its model has learned from: its forest's, or its dense model's, and those
   * of everything that they go on from.
   *
   * @param all plans of the run and of every trial
   */
  public long learnedTokens(List<TrainingPlan> all, int sequenceLengthTokens) {
    Map<String, TrainingPlan> byName = new HashMap<>();
    all.forEach(plan -> byName.put(plan.checkpoint(), plan));
    Set<String> counted = new HashSet<>();
    long tokens = 0;
    for (TrainingPlan plan : experts().isEmpty() ? plans : experts()) {
      TrainingPlan next = plan;
      while (next != null && counted.add(next.checkpoint())) {
        tokens += next.tokens(sequenceLengthTokens);
        next = byName.get(next.parent());
      }
    }
    return tokens;
  }
}
