package io.espalier.job;

import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.ReadDocument;
import io.espalier.prep.input.ReadFailure;
import io.espalier.prep.input.ReadResult;
import java.io.Serializable;

/**
 * A document that is to be scored.
 *
 * @param id its own, or made of file and record
 * @param text empty where there is none
 * @param problem why there is none; empty if there is
 */
record InputDocument(String id, String text, String problem) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * What came of a record of a file.
   *
   * @param oneDocument whether the file is one document, whose name is the file's
   */
  static InputDocument of(InputFile file, boolean oneDocument, ReadResult result) {
    String made =
        oneDocument || result.record() == 0 ? file.path() : file.path() + "#" + result.record();
    if (result instanceof ReadFailure failure) {
      return new InputDocument(made, "", failure.reason() + ": " + failure.detail());
    }
    ReadDocument document = (ReadDocument) result;
    return new InputDocument(document.id().isEmpty() ? made : document.id(), document.text(), "");
  }
}
