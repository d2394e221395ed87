package io.espalier.cli;

import io.espalier.checkpoint.CheckpointCatalogue;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.prep.RecordPlace;
import io.espalier.prep.SequenceLineage;
import io.espalier.prep.SequenceLineage.Piece;
import io.espalier.table.LatestRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * What became of one document.
 *
 * @param file that it was read from; empty where that is not known
 * @param record line or record in the file; 0 where that is not known
 * @param domain empty if it was rejected
 * @param split empty if it was rejected
 * @param rejections why it was rejected; of an id that several records have, all that were
 * @param pieces where it lies in its split's sequences
 * @param models that have learnt from its domain's split
 */
record InspectedDocument(
    String id,
    String file,
    long record,
    String role,
    String domain,
    String split,
    String text,
    List<Rejection> rejections,
    List<Piece> pieces,
    List<ModelsOfDomain.Model> models)
    implements Inspected {

  /** One rejection under the id. */
  record Rejection(String file, long record, String stage, String reason, String detail) {}

  /**
   * Looks for a document among the kept and the rejected ones.
   *
   * @throws ConfigException if it is in neither
   */
  static InspectedDocument of(RunPaths run, String id, Map<String, String> hadoop) {
    List<Rejection> rejections = rejections(run, id, hadoop);
    List<Map<String, Object>> kept = new ArrayList<>();
    LatestRows.forEach(
        run.table("documents"),
        List.of("id", "role", "domain", "split", "text"),
        hadoop,
        row -> {
          if (id.equals(row.get("id"))) {
            kept.add(row);
          }
        });
    if (kept.isEmpty() && rejections.isEmpty()) {
      throw new ConfigException(
          "--trace-document is %s but no document and no rejection of %s has this id"
              .formatted(id, RunPaths.shown(run.root())));
    }
    return kept.isEmpty()
        ? new InspectedDocument(id, "", 0, "", "", "", "", rejections, List.of(), List.of())
        : kept(run, id, kept.get(0), rejections, hadoop);
  }

  private static InspectedDocument kept(
      RunPaths run,
      String id,
      Map<String, Object> row,
      List<Rejection> rejections,
      Map<String, String> hadoop) {
    String domain = LatestRows.text(row, "domain");
    String split = LatestRows.text(row, "split");
    RecordPlace place =
        RecordPlace.of(run, Set.of(id), hadoop).getOrDefault(id, new RecordPlace("", 0));
    List<Piece> pieces;
    try (SequenceLineage lineage = InspectedSequence.lineage(run, hadoop)) {
      pieces = lineage.ofDocument(domain, split, id);
    }
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);
    var catalogue = CheckpointCatalogue.of(configuration, run.root() + "/checkpoints");
    return new InspectedDocument(
        id,
        place.file(),
        place.record(),
        LatestRows.text(row, "role"),
        domain,
        split,
        Cell.shortened(LatestRows.text(row, "text")),
        rejections,
        pieces,
        ModelsOfDomain.of(catalogue, domain, split));
  }

  private static List<Rejection> rejections(RunPaths run, String id, Map<String, String> hadoop) {
    List<Rejection> found = new ArrayList<>();
    LatestRows.forEach(
        run.table("rejections"),
        List.of("id", "file", "record", "stage", "reason", "detail"),
        hadoop,
        row -> {
          if (id.equals(row.get("id"))) {
            found.add(
                new Rejection(
                    LatestRows.text(row, "file"),
                    LatestRows.number(row, "record"),
                    LatestRows.text(row, "stage"),
                    LatestRows.text(row, "reason"),
                    LatestRows.text(row, "detail")));
          }
        });
    return found;
  }

  @Override
  public String toText() {
    StringBuilder out = new StringBuilder("Document  %s%n".formatted(id));
    if (!domain.isEmpty()) {
      out.append("Kept      domain %s (%s), split %s%n".formatted(domain, role, split));
      out.append("Read from %s%n".formatted(file.isEmpty() ? "–" : file + " #" + record));
      out.append("Text      %s%n".formatted(text));
    }
    for (Rejection r : rejections) {
      out.append(
          "Rejected  %s: %s, %s (%s #%d)%n"
              .formatted(r.stage(), r.reason(), r.detail(), r.file(), r.record()));
    }
    return domain.isEmpty() ? out.toString() : out + "\n" + sequences() + "\n" + modelTable();
  }

  private String sequences() {
    TextTable rows = TextTable.of("Sequence", ">From token", ">Tokens", ">From character");
    pieces.forEach(
        p ->
            rows.row(
                "%s/%s/%d".formatted(domain, split, p.sequenceId()),
                Integer.toString(p.firstToken()),
                Integer.toString(p.tokens()),
                Integer.toString(p.firstCharacter())));
    return rows.toText();
  }

  private String modelTable() {
    if (models.isEmpty()) {
      return "No checkpoint has learnt from this split.\n";
    }
    TextTable rows = TextTable.of("Model", ">Newest step", "Has seen the split");
    models.forEach(
        m ->
            rows.row(
                m.name(),
                Long.toString(m.step()),
                m.itself() ? "itself" : "through what it began with"));
    return rows.toText();
  }
}
