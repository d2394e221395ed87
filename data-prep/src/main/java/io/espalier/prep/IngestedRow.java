package io.espalier.prep;

import io.espalier.prep.DocumentChecks.Outcome;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.ReadDocument;
import io.espalier.prep.input.ReadFailure;
import io.espalier.prep.input.ReadResult;
import io.espalier.text.Rejection;
import java.util.Optional;

/**
 * One record after everything that looks at it alone.
 *
 * @param origin number of its source in the plan
 * @param path of its file below the source's path
 * @param file URI of its file
 * @param record line or record in the file, from 1; 0 = the file as a whole
 * @param label value of the field that tells the domain
 * @param splitOrder what it says about its split, see {@link SplitLabels}
 * @param edits what edits changed in the text, as {@link io.espalier.table.DocumentRow} has it
 * @param language that a filter found the text to be in, as {@link io.espalier.table.DocumentRow}
 *     has it
 * @param duplicateKey of the cleaned text; empty if it is rejected
 * @param stage where it was rejected; empty if it is kept so far
 * @param reason empty if it is kept so far
 * @param raw first bytes of what couldn't be read
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to look at, compared nowhere
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
    long splitOrder,
    String edits,
    String language,
    String duplicateKey,
    String stage,
    String reason,
    String detail,
    byte[] raw) {
  private static final byte[] NONE = {};

  /** Checks what was read, and gives it an id and a source where it has none. */
  static IngestedRow of(
      int origin,
      Role role,
      InputFile file,
      boolean wholeFile,
      ReadResult result,
      DocumentChecks checks,
      SplitLabels.OfFile splits) {
    String made = wholeFile ? file.path() : file.path() + "#" + result.record();
    if (result instanceof ReadFailure failure) {
      Rejection rejection = new Rejection(failure.reason(), failure.detail());
      Outcome unread = new Outcome(failure.text(), "", "", "ingest", Optional.of(rejection));
      return row(origin, role, file, result, made, file.path(), "", 0, unread, failure.raw());
    }
    ReadDocument document = (ReadDocument) result;
    SplitLabels.Mark mark = splits.mark(document.split());
    return row(
        origin,
        role,
        file,
        result,
        document.id().isEmpty() ? made : document.id(),
        document.source().isEmpty() ? file.path() : document.source(),
        document.label(),
        mark.order(),
        checks.check(document.text()).or(SplitLabels.STAGE, mark.rejection()),
        NONE);
  }

  private static IngestedRow row(
      int origin,
      Role role,
      InputFile file,
      ReadResult result,
      String id,
      String source,
      String label,
      long splitOrder,
      Outcome outcome,
      byte[] raw) {
    Optional<Rejection> rejection = outcome.rejection();
    return new IngestedRow(
        origin,
        file.path(),
        file.uri(),
        result.record(),
        role.toString(),
        id,
        source,
        outcome.text(),
        label,
        splitOrder,
        outcome.edits(),
        outcome.language(),
        rejection.isPresent() ? "" : DuplicateKey.of(outcome.text()),
        outcome.stage(),
        rejection.map(Rejection::reason).orElse(""),
        rejection.map(Rejection::detail).orElse(""),
        raw);
  }
}
