package io.espalier.prep;

import io.espalier.prep.input.InputFile;
import io.espalier.table.RecordRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One reading of one file: what it was read as. Two readings with the same {@link #id} give the
 * same rows.
 *
 * @param origin number of the file's source in the plan
 * @param path of the file below its source's path
 * @param id SHA-256 of the file (URI, path, length, time of change, entity tag) and of everything
 *     that decides what becomes of a record alone
 */
record FileReading(int origin, String path, String file, String role, String id) {
  /** Raised whenever the same file and settings give other rows than before. */
  private static final int FORMAT_VERSION = 1;

  /** A reading of every file of the plan, in the plan's order. */
  static List<FileReading> of(PreparationPlan plan) {
    DocumentChecks checks = IngestedRecords.checks(plan);
    String columns = RecordRows.schema(IngestedRow.class).toDDL();
    List<FileReading> readings = new ArrayList<>();
    for (int origin = 0; origin < plan.sources().size(); origin++) {
      SourcePlan source = plan.sources().get(origin);
      Map<String, Object> settings =
          Map.of(
              "checks",
              checks,
              "options",
              source.options(plan.settings().maximumDocumentBytes()),
              "format",
              source.settings().format(),
              "splits",
              SplitLabels.of(plan.settings().split()),
              "columns",
              columns);
      String common = Fingerprint.of("reading", FORMAT_VERSION, settings);
      for (InputFile file : source.files()) {
        String id = Fingerprint.ofText(common + Fingerprint.json(file));
        readings.add(
            new FileReading(origin, file.path(), file.uri(), source.role().toString(), id));
      }
    }
    return readings;
  }
}
