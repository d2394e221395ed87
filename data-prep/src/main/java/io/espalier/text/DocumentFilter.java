package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.Optional;

/**
 * Decides from a document's cleaned text alone whether it stays.
 *
 * <p>A member is a record whose components are its settings in YAML. It is pure: the same text gets
 * the same answer on any executor, in any order. Every drop has a reason. Time grows linearly with
 * the text's length.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DocumentFilter extends Serializable
    permits LengthFilter,
        CharactersFilter,
        GopherQualityFilter,
        GopherRepetitionFilter,
        C4Filter,
        LanguageFilter {

  /** Why the text is dropped; empty if it stays. */
  Optional<Rejection> reasonToReject(String text);

  /** The same, with what the filter found out on the way. */
  default Verdict verdict(String text) {
    return new Verdict(reasonToReject(text), "");
  }
}
