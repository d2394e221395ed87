package io.espalier.prep.input;

import io.espalier.config.Rule;
import java.io.Serializable;

/**
 * Where the parts of a document are in a record; dots reach into nested objects. A file that is one
 * document has no fields: its path is its id and its source.
 *
 * @param id empty, or missing in a record: the id is made of the file's path and the record's
 *     number
 * @param text never empty
 * @param source empty, or missing in a record: the file's path
 */
public record FieldMapping(String id, String text, String source) implements Serializable {

  public FieldMapping {
    Rule.notBlank("text", text);
  }
}
