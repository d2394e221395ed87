package io.espalier.text;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Map;
import java.util.TreeMap;

/**
 * Text that is HTML or XML becomes the text that a reader of the page sees; character references in
 * other texts become their characters.
 *
 * <p>A text is markup where {@link MarkupStart} says so: it must begin as a page does. {@code
 * <nick>} in a chat, a generic type in source code and a tag somewhere in Markdown are text.
 *
 * @param tags whether HTML and XML become their text
 * @param entities whether references such as {@code nbsp} are decoded
 */
@JsonTypeName("markup")
public record MarkupEdit(boolean tags, boolean entities) implements TextEdit {
  /** Markup that was escaped is markup once it is decoded; nobody escapes more often. */
  private static final int MOST_LAYERS = 8;

  @Override
  public EditedText edit(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    String edited = text;
    for (int layer = 0; layer < MOST_LAYERS; layer++) {
      String before = edited;
      edited = decoded(withoutTags(before, counts), counts);
      if (edited.equals(before)) {
        break;
      }
    }
    return counts.isEmpty() ? EditedText.unchanged(text) : EditedText.changed(edited, counts);
  }

  private String withoutTags(String text, Map<String, Integer> counts) {
    if (!tags || !MarkupStart.isAt(text)) {
      return text;
    }
    counts.merge("markup:tags", 1, Integer::sum);
    return HtmlText.of(text);
  }

  private String decoded(String text, Map<String, Integer> counts) {
    if (!entities) {
      return text;
    }
    HtmlEntities.Decoded decoded = HtmlEntities.decode(text);
    if (decoded.references() > 0) {
      counts.merge("markup:entities", decoded.references(), Integer::sum);
    }
    return decoded.text();
  }

  @Override
  public boolean beforeCleaning() {
    return true;
  }
}
