package io.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where every figure comes from.
 *
 * @param branches the checkpoints as an indented tree: a branch below what it was branched from, an
 *     average of several at the top level
 * @param tables versions by name
 * @param finding how much there is
 */
public record ProvenanceView(List<Branch> branches, Map<String, Long> tables, String finding) {

  /**
   * One checkpoint in the tree.
   *
   * @param depth 0 at the top
   * @param origin what it was made of, in words
   */
  public record Branch(CheckpointNode checkpoint, int depth, String origin) {
    public String stepText() {
      return checkpoint.step() == 0 ? "–" : Numbers.count(checkpoint.step());
    }

    public String dataText() {
      return checkpoint.dataVersion() < 0 ? "–" : Long.toString(checkpoint.dataVersion());
    }

    public String shortHash() {
      return Numbers.shortHash(checkpoint.hash());
    }
  }

  static ProvenanceView of(List<CheckpointNode> checkpoints, Map<String, Long> tables) {
    Map<String, CheckpointNode> byName = new LinkedHashMap<>();
    checkpoints.forEach(node -> byName.put(node.checkpoint(), node));
    List<Branch> branches = new ArrayList<>();
    checkpoints.stream()
        .filter(node -> !hasOneParent(node, byName.keySet()))
        .forEach(node -> grow(node, 0, checkpoints, branches));
    return new ProvenanceView(branches, new TreeMap<>(tables), finding(checkpoints, tables));
  }

  private static boolean hasOneParent(CheckpointNode node, Set<String> known) {
    return node.parents().size() == 1
        && known.contains(node.parents().get(0))
        && !node.parents().get(0).equals(node.checkpoint());
  }

  private static void grow(
      CheckpointNode node, int depth, List<CheckpointNode> all, List<Branch> branches) {
    branches.add(new Branch(node, depth, origin(node)));
    // A checkpoint can't be its own ancestor; the limit only guards against damaged data.
    if (depth < all.size()) {
      all.stream()
          .filter(child -> child.parents().equals(List.of(node.checkpoint())))
          .forEach(child -> grow(child, depth + 1, all, branches));
    }
  }

  private static String origin(CheckpointNode node) {
    if (node.parents().isEmpty()) {
      return "random initialisation";
    }
    if (node.parents().size() == 1) {
      return "branched from " + node.parents().get(0);
    }
    boolean experts = node.parents().stream().allMatch(p -> p.startsWith(ModelName.EXPERT + "/"));
    return experts
        ? "average of %d experts".formatted(node.parents().size())
        : "average of " + Phrases.enumeration(node.parents());
  }

  private static String finding(List<CheckpointNode> checkpoints, Map<String, Long> tables) {
    String versions =
        new TreeMap<>(tables)
            .entrySet().stream()
                .map(entry -> "%s %d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    return "The figures depend on %s%s."
        .formatted(
            Phrases.counted(checkpoints.size(), "checkpoint"),
            versions.isEmpty() ? "" : " and on these table versions: " + versions);
  }
}
