package io.espalier.prep.input;

import java.io.Serializable;

/**
 * What every reader needs to know.
 *
 * @param label dotted path of the field that tells the domain; empty if none does
 * @param maximumDocumentBytes longest text in UTF-8; longer ones are given up while reading
 */
public record RecordOptions(FieldMapping fields, String label, int maximumDocumentBytes)
    implements Serializable {

  /** JSON may write a byte of text as six ({@code \u0000}); the other fields get a mebibyte. */
  int maximumRecordBytes() {
    return Math.toIntExact(Math.min(1L << 30, 6L * maximumDocumentBytes + (1L << 20)));
  }
}
