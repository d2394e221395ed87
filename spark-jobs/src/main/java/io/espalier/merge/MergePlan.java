package io.espalier.merge;

import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.FileEntry;
import io.espalier.config.ConfigException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What is merged, and how: any checkpoints of one shape, whether they are a run's own forest or
 * not.
 *
 * @param experts at least one, with weights that sum to 1
 * @param base the checkpoint that the experts were branched from; its weight means nothing
 * @param method how values become one
 */
public record MergePlan(
    List<WeightedExpert> experts, Optional<WeightedExpert> base, MergeMethod method) {
  private static final double SUM_TOLERANCE = 1e-6;

  /**
   * @throws ConfigException if the method doesn't merge so many experts, or has no base to start at
   */
  public MergePlan {
    experts = List.copyOf(experts);
    double[] weights = experts.stream().mapToDouble(WeightedExpert::weight).toArray();
    double sum = Arrays.stream(weights).sum();
    if (experts.isEmpty()
        || !(Math.abs(sum - 1) <= SUM_TOLERANCE)
        || Arrays.stream(weights).anyMatch(w -> w < 0)) {
      throw new IllegalArgumentException(
          "weights are %s but must not be negative and must sum to 1"
              .formatted(Arrays.toString(weights)));
    }
    if (experts.stream().map(WeightedExpert::name).distinct().count() < experts.size()) {
      throw new IllegalArgumentException("two experts have one name among " + experts);
    }
    method.checkExperts((int) Arrays.stream(weights).filter(w -> w > 0).count());
    if (method.needsBase() && base.isEmpty()) {
      throw new ConfigException(
          "this merge method works on what experts have learnt since a base, but there is no base; the seed that they were branched from would work");
    }
  }

  /** A merge that needs no base. */
  public static MergePlan of(List<WeightedExpert> experts, MergeMethod method) {
    return new MergePlan(experts, Optional.empty(), method);
  }

  /** Every checkpoint that the result comes from. */
  public List<WeightedExpert> parents() {
    List<WeightedExpert> all = new ArrayList<>(experts);
    if (method.needsBase()) {
      base.ifPresent(all::add);
    }
    return all;
  }

  /**
   * Stands for everything that the merged bytes depend on: a process that was killed over a merge
   * is followed by one with the same key, which may go on where it was.
   *
   * @param codeVersion of the code that merges
   * @return 32 hexadecimal digits
   */
  public String key(String codeVersion) {
    StringBuilder text = new StringBuilder(codeVersion).append('\n').append(method);
    for (WeightedExpert input : parents()) {
      text.append('\n').append(input.name()).append(' ').append(input.weight());
      text.append(' ').append(input.checkpoint().hash());
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, 32);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The experts that have a say, in an order that depends on what is summed alone. The manifests'
   * hashes wouldn't do: they stand for times and machines too, so that the same training repeated
   * would round its average otherwise.
   */
  List<WeightedExpert> inOrder() {
    return experts.stream()
        .filter(expert -> expert.weight() > 0)
        .sorted(
            Comparator.comparing(MergePlan::weightsHash)
                .thenComparing(WeightedExpert::weight)
                .thenComparing(WeightedExpert::name))
        .toList();
  }

  private static String weightsHash(WeightedExpert expert) {
    FileEntry weights = expert.checkpoint().manifest().files().get(CheckpointFiles.MODEL);
    return weights == null ? "" : weights.sha256();
  }
}
