package io.espalier.cli;

import java.util.List;

/**
 * All checkpoints of one model.
 *
 * @param location the folder
 * @param checkpoints oldest first
 * @param damaged a sentence for each checkpoint that isn't whole
 */
record InspectedCheckpoints(String location, List<Line> checkpoints, List<String> damaged)
    implements Inspected {

  /** One of them. */
  record Line(long step, String stage, long bytes, String hash) {}

  @Override
  public String toText() {
    TextTable table = TextTable.of(">Step", "Made by", ">Size", "SHA-256 of the manifest");
    checkpoints.forEach(
        c -> table.row(Long.toString(c.step()), c.stage(), Quantities.bytes(c.bytes()), c.hash()));
    String lines = damaged.isEmpty() ? "" : "\n" + String.join("\n", damaged) + "\n";
    return "Checkpoints in %s%n%n%s%s".formatted(location, table.toText(), lines);
  }
}
