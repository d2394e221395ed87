package io.espalier.prep;

import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.ReadDocument;
import io.espalier.prep.input.ReadFailure;
import io.espalier.prep.input.ReadResult;
import io.espalier.text.Rejection;

/**
 * One record after everything that looks at it alone.
 *
 * @param origin number of its source in the plan
 * @param path of its file below the source's path
 * @param file URI of its file
 * @param record line or record in the file, from 1; 0 = the file as a whole
 * @param label value of the field that tells the domain
 * @param duplicateKey of the cleaned text; empty if it is rejected
 * @param stage where it was rejected; empty if it is kept so far
 * @param reason empty if it is kept so far
 */
record IngestedRow(
    int origin,
    String path,
    String file,
    long record,
    String role,
    String id,
    String source,
    String text,
    String label,
    String duplicateKey,
    String stage,
    String reason,
    String detail) {

  /** Checks what was read, and gives it an id and a source where it has none. */
  static IngestedRow of(
      int origin,
      Role role,
      InputFile file,
      boolean wholeFile,
      ReadResult result,
      DocumentChecks checks) {
    String made = wholeFile ? file.path() : file.path() + "#" + result.record();
    if (result instanceof ReadFailure failure) {
      return row(origin, role, file, result, made, file.path(), failure.text(), "", "")
          .rejected("ingest", new Rejection(failure.reason(), failure.detail()));
    }
    ReadDocument document = (ReadDocument) result;
    String id = document.id().isEmpty() ? made : document.id();
    String source = document.source().isEmpty() ? file.path() : document.source();
    DocumentChecks.Outcome outcome = checks.check(document.text());
    if (outcome.rejection().isPresent()) {
      return row(origin, role, file, result, id, source, outcome.text(), document.label(), "")
          .rejected(outcome.stage(), outcome.rejection().get());
    }
    String key = DuplicateKey.of(outcome.text());
    return row(origin, role, file, result, id, source, outcome.text(), document.label(), key);
  }

  private static IngestedRow row(
      int origin,
      Role role,
      InputFile file,
      ReadResult result,
      String id,
      String source,
      String text,
      String label,
      String duplicateKey) {
    return new IngestedRow(
        origin,
        file.path(),
        file.uri(),
        result.record(),
        role.toString(),
        id,
        source,
        text,
        label,
        duplicateKey,
        "",
        "",
        "");
  }

  private IngestedRow rejected(String rejectingStage, Rejection rejection) {
    return new IngestedRow(
        origin,
        path,
        file,
        record,
        role,
        id,
        source,
        text,
        label,
        "",
        rejectingStage,
        rejection.reason(),
        rejection.detail());
  }
}
