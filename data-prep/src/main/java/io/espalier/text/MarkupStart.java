package io.espalier.text;

import java.util.Locale;
import java.util.Set;

/**
 * Whether a text is HTML or XML, by how it begins: after white space and comments with a doctype,
 * with XML's declaration, or with an element of HTML, and some element is closed further on.
 */
final class MarkupStart {
  private static final Set<String> ELEMENTS =
      Set.of(
          "html",
          "head",
          "body",
          "title",
          "meta",
          "link",
          "script",
          "style",
          "div",
          "span",
          "p",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "ul",
          "ol",
          "li",
          "dl",
          "dt",
          "dd",
          "table",
          "tr",
          "td",
          "th",
          "thead",
          "tbody",
          "br",
          "hr",
          "a",
          "img",
          "b",
          "i",
          "em",
          "strong",
          "u",
          "small",
          "font",
          "center",
          "blockquote",
          "pre",
          "article",
          "section",
          "main",
          "header",
          "footer",
          "nav",
          "aside",
          "form",
          "figure",
          "iframe",
          "noscript");

  private static final int HEAD_CHARACTERS = 16;

  private MarkupStart() {}

  static boolean isAt(String text) {
    int start = afterComments(text);
    if (start >= text.length() || text.charAt(start) != '<') {
      return false;
    }
    String head =
        text.substring(start, Math.min(text.length(), start + HEAD_CHARACTERS))
            .toLowerCase(Locale.ROOT);
    return head.startsWith("<!doctype html")
        || head.startsWith("<?xml ")
        || (ELEMENTS.contains(name(head)) && text.indexOf("</", start) > 0);
  }

  /** Behind white space, a byte order mark and comments. */
  private static int afterComments(String text) {
    int start = 0;
    while (start < text.length()) {
      char c = text.charAt(start);
      if (Character.isWhitespace(c) || c == '\uFEFF') {
        start++;
      } else if (text.startsWith("<!--", start)) {
        int end = text.indexOf("-->", start);
        start = end < 0 ? text.length() : end + 3;
      } else {
        return start;
      }
    }
    return start;
  }

  /** Name of the element whose tag the text begins with; empty if it is no tag. */
  private static String name(String head) {
    int end = 1;
    while (end < head.length() && Character.isLetterOrDigit(head.charAt(end))) {
      end++;
    }
    boolean closed = end < head.length() && " \t\r\n/>".indexOf(head.charAt(end)) >= 0;
    return closed ? head.substring(1, end) : "";
  }
}
