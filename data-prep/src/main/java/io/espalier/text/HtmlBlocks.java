package io.espalier.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Walks a page and cuts its text into blocks, without what is never its text. One walk each.
 *
 * <p>The walk of the library doesn't recurse, so that a page nested ten thousand deep is a page.
 */
final class HtmlBlocks implements NodeFilter {
  private static final Set<String> NEVER_TEXT =
      Set.of(
          "script",
          "style",
          "noscript",
          "template",
          "head",
          "nav",
          "footer",
          "aside",
          "iframe",
          "object",
          "embed",
          "svg",
          "canvas",
          "audio",
          "video",
          "button",
          "select",
          "input",
          "textarea",
          "dialog",
          "menu");
  private static final Set<String> NEVER_TEXT_ROLES =
      Set.of(
          "navigation",
          "banner",
          "contentinfo",
          "complementary",
          "search",
          "menu",
          "menubar",
          "toolbar",
          "dialog",
          "alert");
  private static final Set<String> LINES = Set.of("li", "tr", "dt", "dd");

  /** The library calls them blocks; cells are parts of their row, the others mostly of lines. */
  private static final Set<String> PARTS_OF_BLOCKS = Set.of("td", "th", "ins", "del", "math");

  private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

  private final List<HtmlBlock> blocks = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private int links;
  private int linkCharacters;
  private int preformatted;
  private boolean heading;
  private boolean line;
  private boolean spaceBefore;

  private HtmlBlocks() {}

  /** The blocks that have text, in their order. */
  static List<HtmlBlock> of(Element root) {
    HtmlBlocks walk = new HtmlBlocks();
    root.filter(walk);
    walk.end(false);
    return walk.blocks;
  }

  @Override
  public FilterResult head(Node node, int depth) {
    if (node instanceof TextNode textNode) {
      append(textNode);
    } else if (node instanceof Element element) {
      // The root was chosen; whatever it says of itself, it is the text.
      if (depth > 0 && neverText(element)) {
        return FilterResult.SKIP_ENTIRELY;
      }
      open(element);
    }
    return FilterResult.CONTINUE;
  }

  @Override
  public FilterResult tail(Node node, int depth) {
    if (node instanceof Element element) {
      close(element);
    }
    return FilterResult.CONTINUE;
  }

  private void open(Element element) {
    String name = name(element);
    if (breaks(element)) {
      end(LINES.contains(name));
      heading = HEADINGS.contains(name);
    }
    switch (name) {
      case "a" -> links++;
      case "pre" -> preformatted++;
      case "br" -> newLine();
      case "td", "th" -> {
        if (!text.isEmpty()) {
          appendAsIs('\t');
        }
      }
      default -> {}
    }
  }

  private void close(Element element) {
    switch (name(element)) {
      case "a" -> links--;
      case "pre" -> preformatted--;
      default -> {}
    }
    if (breaks(element)) {
      end(false);
    }
  }

  private static boolean breaks(Element element) {
    return element.isBlock() && !PARTS_OF_BLOCKS.contains(name(element));
  }

  private void append(TextNode node) {
    String raw = node.getWholeText();
    boolean foreign =
        unknown(node.parent()) || unknown(node.previousSibling()) || unknown(node.nextSibling());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean space = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
      if (preformatted > 0) {
        appendAsIs(c);
      } else if (c == '\n' && foreign) {
        if (!atLineStart()) {
          newLine();
        }
      } else if (space) {
        spaceBefore = true;
      } else {
        appendAfterSpace(c);
      }
    }
  }

  private void appendAfterSpace(char c) {
    if (spaceBefore && !atLineStart() && text.charAt(text.length() - 1) != '\t') {
      appendAsIs(' ');
    }
    appendAsIs(c);
  }

  private boolean atLineStart() {
    return text.isEmpty() || text.charAt(text.length() - 1) == '\n';
  }

  private void newLine() {
    if (!text.isEmpty()) {
      appendAsIs('\n');
    }
  }

  private void appendAsIs(char c) {
    spaceBefore = false;
    text.append(c);
    if (links > 0) {
      linkCharacters++;
    }
  }

  /**
   * Ends the block.
   *
   * @param nextIsLine whether the next is one of several lines
   */
  private void end(boolean nextIsLine) {
    String block = text.toString().stripTrailing();
    if (!block.isEmpty()) {
      blocks.add(new HtmlBlock(block, linkCharacters, heading, line));
    }
    heading = false;
    line = nextIsLine;
    text.setLength(0);
    linkCharacters = 0;
    spaceBefore = false;
  }

  private static boolean neverText(Element element) {
    return NEVER_TEXT.contains(name(element))
        || NEVER_TEXT_ROLES.contains(element.attr("role").toLowerCase(Locale.ROOT))
        || element.hasAttr("hidden")
        || element.attr("aria-hidden").equalsIgnoreCase("true")
        || headsPage(element);
  }

  /** A header inside an article holds its headline. */
  private static boolean headsPage(Element element) {
    return name(element).equals("header") && element.closest("article, main, section") == null;
  }

  private static boolean unknown(@Nullable Node node) {
    return node instanceof Element element && !element.tag().isKnownTag();
  }

  private static String name(Element element) {
    return element.normalName();
  }
}
