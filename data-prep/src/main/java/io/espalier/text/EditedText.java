package io.espalier.text;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an edit made of a text.
 *
 * @param text the same object if nothing was changed
 * @param counts what was changed → how often; names are like {@code personal_data:email}
 * @param rejection why the document must not be kept, if so
 */
public record EditedText(
    String text, SortedMap<String, Integer> counts, Optional<Rejection> rejection) {

  public EditedText {
    counts = new TreeMap<>(counts);
  }

  static EditedText unchanged(String text) {
    return new EditedText(text, new TreeMap<>(), Optional.empty());
  }

  static EditedText changed(String text, Map<String, Integer> counts) {
    return new EditedText(text, new TreeMap<>(counts), Optional.empty());
  }
}
