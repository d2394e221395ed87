package io.espalier.prep.input;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * What every reader needs to know.
 *
 * @param label dotted path of the field that tells the domain; empty if none does
 * @param maximumDocumentBytes longest text in UTF-8; longer ones are given up while reading
 * @param encoding of files of text: a character set, or {@link Encodings#AUTO}
 * @param separator stands between the documents of a file of text; empty if the file is one
 * @param title whether a page's title belongs to its text
 * @param backslashEscapes whether {@link BackslashEscapes} are decoded in separated values
 */
public record RecordOptions(
    FieldMapping fields,
    String label,
    int maximumDocumentBytes,
    String encoding,
    String separator,
    boolean title,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean backslashEscapes)
    implements Serializable {

  /** UTF-8, and a file of text is one document. */
  public RecordOptions(FieldMapping fields, String label, int maximumDocumentBytes) {
    this(fields, label, maximumDocumentBytes, Encodings.UTF_8, "", false, false);
  }

  /** Whether such a file is one document, whose name is the file's. */
  public boolean isOneDocument(RecordFormat format) {
    return switch (format) {
      case TEXT -> separator.isEmpty();
      case MARKDOWN, HTML -> true;
      default -> false;
    };
  }

  /** JSON may write a byte of text as six ({@code \u0000}); the other fields get a mebibyte. */
  int maximumRecordBytes() {
    return Math.toIntExact(Math.min(1L << 30, 6L * maximumDocumentBytes + (1L << 20)));
  }
}
