package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;

/**
 * Changes a document's text before the filters look at it.
 *
 * <p>A member is a record whose components are its settings in YAML. It is pure: the same text
 * becomes the same text on any executor. Editing edited text changes nothing, and time grows
 * linearly with the text's length, whatever is in it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface TextEdit extends Serializable
    permits MojibakeEdit, MarkupEdit, BoilerplateLinesEdit, PersonalDataEdit {

  /** The changed text with what was changed in it. */
  EditedText edit(String text);

  /**
   * Whether it wants the text as it was read. Cleaning drops control characters and turns no-break
   * spaces into spaces, and both can be halves of a letter that was decoded wrongly; what looks for
   * words wants clean text, where nothing invisible divides them.
   */
  default boolean beforeCleaning() {
    return false;
  }
}
