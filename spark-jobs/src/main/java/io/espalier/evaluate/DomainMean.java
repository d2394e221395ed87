package io.espalier.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Unweighted means over domains: each domain counts the same, however much text it has (the
 * "average perplexity" of Li et al. 2022).
 */
public final class DomainMean {
  private DomainMean() {}

  /**
   * The means over the training domains and over the evaluation domains, of each model, split and
   * metric. A model that lacks one of the domains gets none: a mean over fewer domains is another
   * figure.
   *
   * @param results figures of single domains, in any order; the order of the means follows it
   */
  public static List<Result> of(List<Result> results) {
    Map<Group, List<Result>> groups = new LinkedHashMap<>();
    Map<Group, Set<String>> domains = new LinkedHashMap<>();
    for (Result result : results) {
      if (result.isMean() || result.metric().equals(Result.CACHED_PRIOR)) {
        continue;
      }
      groups.computeIfAbsent(Group.of(result), key -> new ArrayList<>()).add(result);
      domains
          .computeIfAbsent(Group.of(result).ofAnyModel(), key -> new LinkedHashSet<>())
          .add(result.domain());
    }
    List<Result> means = new ArrayList<>();
    groups.forEach(
        (group, members) -> {
          if (members.size() == domains.getOrDefault(group.ofAnyModel(), Set.of()).size()) {
            means.add(mean(group, members));
          }
        });
    return means;
  }

  private static Result mean(Group group, List<Result> members) {
    CompensatedSum sum = new CompensatedSum();
    members.stream()
        .sorted((a, b) -> a.domain().compareTo(b.domain()))
        .forEach(member -> sum.add(member.value()));
    Set<String> hashes = new LinkedHashSet<>(members.stream().map(Result::checkpointHash).toList());
    return new Result(
        group.model(),
        group.role().equals(Result.TRAINING) ? Result.MEAN_TRAINING : Result.MEAN_EVALUATION,
        group.role(),
        group.split(),
        group.metric(),
        sum.value() / members.size(),
        members.stream().mapToLong(Result::tokens).sum(),
        hashes.size() == 1 ? members.get(0).checkpointHash() : "");
  }

  private record Group(String model, String role, String split, String metric) {
    static Group of(Result result) {
      return new Group(result.model(), result.role(), result.split(), result.metric());
    }

    Group ofAnyModel() {
      return new Group("", role, split, metric);
    }
  }
}
