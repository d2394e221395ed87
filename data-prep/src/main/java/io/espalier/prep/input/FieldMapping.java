package io.espalier.prep.input;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * Where the parts of a document are in a record; dots reach into nested objects, and through a list
 * into each of its objects. A file that is one document has no fields: its path is its id and its
 * source.
 *
 * @param id empty, or missing in a record: the id is made of the file's path and the record's
 *     number
 * @param text never empty
 * @param source empty, or missing in a record: the file's path
 * @param split empty, or what tells the split of a training document: its date or the split's name
 */
public record FieldMapping(
    String id, String text, String source, @JsonInclude(JsonInclude.Include.NON_EMPTY) String split)
    implements Serializable {

  public FieldMapping {
    Rule.notBlank("text", text);
  }

  /** Nothing tells the split. */
  public FieldMapping(String id, String text, String source) {
    this(id, text, source, "");
  }
}
