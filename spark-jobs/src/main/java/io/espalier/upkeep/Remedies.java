package io.espalier.upkeep;

import java.util.Set;

/** What to do about a damaged file: some can be made again by a command, others only put back. */
final class Remedies {
  /** Tables that a command computes from others. */
  private static final Set<String> EVALUATED = Set.of("results", "comparisons");

  private Remedies() {}

  /**
   * One sentence.
   *
   * @param path below the run's folder
   */
  static String of(String path) {
    String[] parts = path.split("/", -1);
    String name = parts[parts.length - 1];
    return switch (parts[0]) {
      case "checkpoints" -> checkpoint(path);
      case "tables" -> table(parts.length > 1 ? parts[1] : "");
      case "report" -> "Delete it; espalier report writes it again.";
      case "tokenizer" ->
          name.contains("provenance")
              ? "Put it back from a copy of the run."
              : "Put it back from a copy, such as that in any checkpoint's folder.";
      case "experiment.yaml" ->
          "Put it back; every checkpoint's manifest has the configuration as well.";
      default -> "Put it back from a copy of the run.";
    };
  }

  /** About one of Hadoop's checksum files whose own file is whole. */
  static String ofChecksumFile() {
    return "Delete it: the file that it is of is whole, and can't be read while this one is there.";
  }

  private static String checkpoint(String path) {
    String folder = path.replaceFirst("(/step-\\d+)/.*", "$1");
    return path.contains("/merged/")
        ? "Delete %s; espalier merge makes it again.".formatted(folder)
        : "Delete %s; the same command trains it again from the checkpoint before, to the same bits."
            .formatted(folder);
  }

  private static String table(String name) {
    String folder = "tables/" + name;
    if (EVALUATED.contains(name)) {
      return "Delete %s; espalier evaluate computes it again.".formatted(folder);
    }
    return switch (name) {
      case "scores" -> "Delete %s; espalier score computes it again.".formatted(folder);
      case "records" -> "Delete %s; espalier prepare reads the text again.".formatted(folder);
      default -> "Put it back from a copy of the run: what it holds can't be computed again.";
    };
  }
}
