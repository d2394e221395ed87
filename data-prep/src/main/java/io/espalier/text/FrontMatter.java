package io.espalier.text;

import java.util.regex.Pattern;

/**
 * The block of YAML between lines of three dashes with which many Markdown files begin: title,
 * date, tags, and no text.
 */
public final class FrontMatter {
  private static final String LINE_END = "(?:\\r\\n|\\n|\\r)";

  /** A line of YAML: a key, an item, a comment, something indented, or nothing. */
  private static final String LINE =
      "(?:[\\w\"'][^\\r\\n:]*:(?=[ \\t\\r\\n])|[-#} \\]]|(?=[\\r\\n]))";

  private static final Pattern BLOCK =
      Pattern.compile(
          "\\A---[ \\t]*+"
              + LINE_END
              + "(?:(?!---|\\.\\.\\.)"
              + LINE
              + "[^\\r\\n]*+"
              + LINE_END
              + ")*+(?:---|\\.\\.\\.)[ \\t]*+(?:"
              + LINE_END
              + "|\\z)");

  private FrontMatter() {}

  /**
   * The text behind it; the text itself where it has none. Two lines of dashes with prose between
   * them are rules in a text.
   */
  public static String without(String markdown) {
    return markdown.startsWith("---") ? BLOCK.matcher(markdown).replaceFirst("") : markdown;
  }
}
