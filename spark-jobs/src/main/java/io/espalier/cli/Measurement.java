package io.espalier.cli;

import io.espalier.bench.BenchResult;
import io.espalier.checkpoint.Hardware;
import io.espalier.job.CodeVersion;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/**
 * A benchmark's figures with what makes them comparable.
 *
 * @param bench what was measured
 * @param figures by name, with the unit at its end
 * @param machine what it was measured on
 * @param date the day, in UTC
 * @param code version and commit of the code
 */
record Measurement(
    String bench, Map<String, Object> figures, Hardware machine, String date, String code) {

  static Measurement of(BenchResult result) {
    String device = String.valueOf(result.figures().getOrDefault("device", "cpu"));
    return new Measurement(
        result.bench(),
        result.figures(),
        Hardware.ofThisMachine(device),
        LocalDate.now(ZoneOffset.UTC).toString(),
        CodeVersion.current().toString());
  }

  void print(JsonOption json, PrintWriter out) {
    out.print(json.isGiven() ? Output.json(this) + "\n" : toText());
  }

  String toText() {
    TextTable table = TextTable.of("bench " + bench, ">");
    figures.forEach((name, value) -> table.row(name.replace('_', ' '), value.toString()));
    return "%s, %d cores, Java %s, %s%n%n%s"
        .formatted(machine.processor(), machine.cores(), machine.java(), date, table.toText());
  }
}
