package io.espalier.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;

/**
 * The main text of a page or fragment of HTML: what a reader came for, as paragraphs.
 *
 * <p>Blocks are told from boilerplate by rules in the manner of jusText (Pomikálek 2011) and of
 * boilerpipe (Kohlschütter et al. 2010), which found that link density carries nearly all of the
 * signal:
 *
 * <ol>
 *   <li>Navigation, headers, footers, asides, scripts, forms' controls and hidden elements go
 *       ({@link HtmlBlocks}); a page that marks its one {@code main} or {@code article} is that.
 *   <li>A block goes if more than half of its characters are in links.
 *   <li>A block of fewer than {@value #FEW_WORDS} words goes if it stands between blocks of links
 *       (or one and the page's edge): it is a label of theirs.
 *   <li>A heading goes if what it heads went.
 * </ol>
 *
 * <p>Headings and paragraphs are divided by a blank line; items of lists, rows of tables and {@code
 * <br>} by a line end; cells by a tab. White space is that of a browser: only {@code <pre>} keeps
 * its own. Elements that HTML doesn't know, as in XML, end a line where their source does. Entities
 * are resolved. Thread-safe.
 */
public final class HtmlText {
  private static final int FEW_WORDS = 5;

  private HtmlText() {}

  /** The main text without the page's title; empty if there is none. Never throws. */
  public static String of(String html) {
    return text(Jsoup.parse(html));
  }

  /** The main text after the page's title as a paragraph of its own, unless it starts with it. */
  public static String withTitle(String html) {
    Document page = Jsoup.parse(html);
    String text = text(page);
    String title = page.title();
    return title.isEmpty() || text.startsWith(title) ? text : (title + "\n\n" + text).strip();
  }

  private static String text(Document page) {
    return joined(content(HtmlBlocks.of(root(page))));
  }

  private static Element root(Document page) {
    for (String query : List.of("main, [role=main]", "article, [role=article]")) {
      Elements found = page.select(query);
      if (found.size() == 1) {
        return found.get(0);
      }
    }
    return page;
  }

  private static List<HtmlBlock> content(List<HtmlBlock> blocks) {
    List<HtmlBlock> content = new ArrayList<>();
    // From the end, since a heading's fate is that of what follows.
    boolean nextStays = true;
    for (int i = blocks.size() - 1; i >= 0; i--) {
      HtmlBlock block = blocks.get(i);
      nextStays = block.heading() ? nextStays : stays(blocks, i);
      if (nextStays) {
        content.add(block);
      }
    }
    Collections.reverse(content);
    return content;
  }

  private static boolean stays(List<HtmlBlock> blocks, int index) {
    HtmlBlock block = blocks.get(index);
    return !block.mostlyLinks() && (block.words() >= FEW_WORDS || !amongLinks(blocks, index));
  }

  /** Whether links stand on both sides, or on one and the page's edge on the other. */
  private static boolean amongLinks(List<HtmlBlock> blocks, int index) {
    boolean first = index == 0;
    boolean last = index + 1 == blocks.size();
    boolean linksBefore = !first && blocks.get(index - 1).mostlyLinks();
    boolean linksAfter = !last && blocks.get(index + 1).mostlyLinks();
    return (linksBefore && linksAfter) || (linksBefore && last) || (first && linksAfter);
  }

  private static String joined(List<HtmlBlock> blocks) {
    StringBuilder text = new StringBuilder();
    boolean afterLine = false;
    for (HtmlBlock block : blocks) {
      if (!text.isEmpty()) {
        text.append(block.line() && afterLine ? "\n" : "\n\n");
      }
      text.append(block.text());
      afterLine = block.line();
    }
    return text.toString();
  }
}
