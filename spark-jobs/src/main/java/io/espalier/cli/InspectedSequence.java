package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.job.Experiment;
import io.espalier.prep.RecordPlace;
import io.espalier.prep.SequenceLineage;
import io.espalier.prep.SequenceLineage.Piece;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * The documents in one sequence.
 *
 * @param documents in the sequence's order
 */
record InspectedSequence(String domain, String split, long sequenceId, List<Line> documents)
    implements Inspected {

  /**
   * A piece of a document.
   *
   * @param file that it was read from; empty where that is not known
   * @param record line or record in the file; 0 where that is not known
   */
  record Line(Piece piece, String file, long record) {
    static Line of(Piece piece, Map<String, RecordPlace> places) {
      RecordPlace place = places.getOrDefault(piece.id(), new RecordPlace("", 0));
      return new Line(piece, place.file(), place.record());
    }
  }

  /**
   * Looks at a sequence of a run.
   *
   * @param name {@code domain/split/number}
   * @param hadoop settings of the run's file system
   * @throws ConfigException if there is no such sequence
   */
  static InspectedSequence of(RunPaths run, String name, Map<String, String> hadoop) {
    String[] parts = name.split("/", -1);
    if (parts.length != 3 || !parts[2].matches("\\d{1,18}")) {
      throw new ConfigException(
          "--trace is %s but must be DOMAIN/SPLIT/NUMBER, such as legal/train/17".formatted(name));
    }
    long sequenceId = Long.parseLong(parts[2]);
    try (SequenceLineage lineage = lineage(run, hadoop)) {
      List<Piece> pieces = lineage.ofSequence(parts[0], parts[1], sequenceId);
      var places =
          RecordPlace.of(run, pieces.stream().map(Piece::id).collect(Collectors.toSet()), hadoop);
      return new InspectedSequence(
          parts[0],
          parts[1],
          sequenceId,
          pieces.stream().map(piece -> Line.of(piece, places)).toList());
    }
  }

  /** The lineage of a run, with the settings that it was prepared with. */
  static SequenceLineage lineage(RunPaths run, Map<String, String> hadoop) {
    Experiment experiment =
        Experiment.load(run.experiment(), List.of(), Optional.of(run.root()), hadoop);
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);
    return SequenceLineage.open(configuration, run, experiment.settings().packing());
  }

  @Override
  public String toText() {
    TextTable rows =
        TextTable.of(
            "Document",
            "File and record",
            ">Window from",
            ">Tokens",
            ">From token",
            ">From character",
            ">Characters");
    for (Line line : documents) {
      Piece piece = line.piece();
      rows.row(
          piece.id(),
          line.file().isEmpty() ? piece.source() : line.file() + " #" + line.record(),
          Integer.toString(piece.windowPosition()),
          Integer.toString(piece.tokens()),
          Integer.toString(piece.firstToken()),
          Integer.toString(piece.firstCharacter()),
          Integer.toString(piece.characters()));
    }
    return "Sequence %s/%s/%d%n%n%s".formatted(domain, split, sequenceId, rows.toText());
  }
}
