package io.espalier.job;

import io.espalier.report.Phrases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What depends on a domain's experts, and what became of it.
 *
 * @param domain whose experts
 * @param how what was asked for
 * @param checkpoints names of checkpoints that descend from them, the experts included
 * @param experts domains of other experts that branched from them
 * @param rows rows of tables that are theirs: table and number
 * @param seenBy names of checkpoints that have seen the domain's text otherwise
 * @param documents of the domain in the run's tables
 * @param proof what the check found; empty where nothing was changed
 */
public record Removal(
    String domain,
    How how,
    Set<String> checkpoints,
    Set<String> experts,
    List<Rows> rows,
    Set<String> seenBy,
    long documents,
    Optional<Proof> proof) {

  /** What is done with what depends on the experts. */
  public enum How {
    /** Nothing: it is listed. */
    LIST,
    /** Averages are made again without them; experts that branched from them are trained again. */
    REBUILD,
    /** It goes with them. */
    DELETE
  }

  /** Rows of a table that stand under the experts' hashes or names. */
  public record Rows(String table, long number) {}

  /**
   * What was looked at, and what was found that shouldn't be there.
   *
   * @param manifests every manifest of the run
   * @param rows every row of the tables of figures: scores, results, comparisons, metrics and
   *     interpolations
   * @param files every data file of those tables, those of older versions included
   * @param leftovers one sentence each; none = proved
   */
  public record Proof(int manifests, long rows, int files, List<String> leftovers) {
    public Proof {
      leftovers = List.copyOf(leftovers);
    }

    public boolean holds() {
      return leftovers.isEmpty();
    }
  }

  public Removal {
    rows = List.copyOf(rows);
  }

  /** Whether something is left that should be gone. */
  public boolean failed() {
    return proof.isPresent() && !proof.get().holds();
  }

  /** For the console: what depends, what became of it, what else has seen the text, the proof. */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add("What descends from the expert of %s:".formatted(domain));
    lines.add(
        "  %s: %s"
            .formatted(
                Phrases.counted(checkpoints.size(), "checkpoint"), String.join(", ", checkpoints)));
    lines.add(
        "  rows: "
            + rows.stream()
                .map(r -> "%,d in %s".formatted(r.number(), r.table()))
                .collect(Collectors.joining(", ")));
    if (!experts.isEmpty()) {
      lines.add("  experts that branched from it: " + String.join(", ", experts));
    }
    lines.add(outcome());
    lines.addAll(honestly());
    proof.ifPresent(p -> lines.addAll(proved(p)));
    return String.join("\n", lines) + "\n";
  }

  private String outcome() {
    return switch (how) {
      case LIST ->
          "Nothing was changed. --rebuild deletes all of this and makes the averages again"
              + " without it; --delete only deletes.";
      case REBUILD -> "All of this was deleted, and what can be made without it was made again.";
      case DELETE -> "All of this was deleted.";
    };
  }

  private List<String> honestly() {
    List<String> lines = new ArrayList<>();
    if (!seenBy.isEmpty()) {
      lines.add(
          "The text of %s was also seen by checkpoints that don't descend from its expert: %s; only a new run without %s in its data would be without it."
              .formatted(domain, String.join(", ", seenBy), domain));
    }
    if (documents > 0) {
      lines.add(
          "The run keeps the text itself: %,d documents in the tables documents and sequences."
              .formatted(documents));
    }
    if (how != How.LIST) {
      lines.add(
          "What stays: the expert's name and hashes in the table forest, its costs in the table ledger, and in the tables' logs (_delta_log) the number, smallest and largest values of rows that are gone.");
    }
    return lines;
  }

  private List<String> proved(Proof found) {
    String checked =
        "%d manifests, %,d rows and %d data files checked"
            .formatted(found.manifests(), found.rows(), found.files());
    if (found.holds()) {
      return List.of(
          "Proved: %s; nothing of them descends from the expert of %s.".formatted(checked, domain));
    }
    List<String> lines = new ArrayList<>();
    lines.add("NOT proved: %s, and of %s is left:".formatted(checked, domain));
    found.leftovers().forEach(leftover -> lines.add("  " + leftover));
    return lines;
  }
}
