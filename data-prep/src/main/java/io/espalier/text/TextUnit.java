package io.espalier.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a text that can be repeated elsewhere, with what separates it from the next. */
public enum TextUnit {
  /** Up to a blank line. */
  PARAGRAPH("\\n[ \\t]*(?:\\n[ \\t]*)+", "\n\n"),
  /** Up to the end of the line. */
  LINE("\\n", "\n"),
  /** Up to a full stop, question or exclamation mark before white space, or the end of the line. */
  SENTENCE("(?<=[.?!\u3002][\"')\u201D]?)[ \\t]+|\\n\\s*", " ");

  private final Pattern separator;
  private final String joint;

  TextUnit(String separator, String joint) {
    this.separator = Pattern.compile(separator);
    this.joint = joint;
  }

  /** What stands between two of them where a third one was cut. */
  public String joint() {
    return joint;
  }

  /** The parts of a text, without what separates them. */
  public List<Stretch> of(String text) {
    List<Stretch> parts = new ArrayList<>();
    Matcher separators = separator.matcher(text);
    int start = 0;
    while (separators.find()) {
      parts.add(new Stretch(start, separators.start()));
      start = separators.end();
    }
    parts.add(new Stretch(start, text.length()));
    return parts;
  }

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
