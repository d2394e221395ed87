package io.espalier.cli;

import java.util.List;

/**
 * A whole run at a glance.
 *
 * @param location the run's folder
 * @param tables every table that was written
 * @param models every model with at least one whole checkpoint
 */
record InspectedRun(String location, List<TableLine> tables, List<ModelLine> models)
    implements Inspected {

  /** One table. */
  record TableLine(String name, long version, long rows, int files) {}

  /** One model by its newest checkpoint. */
  record ModelLine(String name, int checkpoints, long step, long bytes, String hash) {}

  @Override
  public String toText() {
    TextTable tableTable = TextTable.of("Table", ">Version", ">Rows", ">Files");
    tables.forEach(
        t ->
            tableTable.row(
                t.name(),
                Long.toString(t.version()),
                Long.toString(t.rows()),
                Integer.toString(t.files())));
    TextTable modelTable =
        TextTable.of("Model", ">Checkpoints", ">Newest step", ">Size", "SHA-256 of its manifest");
    models.forEach(
        m ->
            modelTable.row(
                m.name(),
                Integer.toString(m.checkpoints()),
                Long.toString(m.step()),
                Quantities.bytes(m.bytes()),
                m.hash()));
    return "Run %s%n%n%s%n%s".formatted(location, tableTable.toText(), modelTable.toText());
  }
}
