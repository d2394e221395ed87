package io.espalier.job;

import io.espalier.job.DamagedTruth.Item;
import io.espalier.job.RecordFates.Fate;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.parser.Parser;

/** Whether what was kept has the right id, source, domain and text, and no personal data. */
final class ComparedDocuments {
  private static final Map<String, String> PILE =
      Map.of(
          "cs_abstracts", "ArXiv Abstracts",
          "health_qa", "MedQuAD",
          "legal", "DC Law",
          "world_facts", "Factbook",
          "other_lang", "tldr",
          "reviews", "Clothing Reviews",
          "literature", "Gutenberg (PG-19)");

  private static final Map<String, String> DOLMA =
      Map.of("press", "senate-press", "health_qa", "medquad", "gov_blog", "digitalgov");

  /** What stands for personal data, or for any that was there before. */
  private static final Pattern PLACEHOLDER =
      Pattern.compile("<(?:EMAIL|PHONE|IP_ADDRESS|URL|CREDIT_CARD|IBAN|US_SSN|SECRET)>");

  private static final Pattern INVISIBLE =
      Pattern.compile("[\\p{Cc}&&[^\\s\\u0085]]|[\\u200B\\uFEFF\\uFDD0-\\uFDEF\\uFFFE\\uFFFF]");

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
  private static final Pattern TAG = Pattern.compile("<[^<>]*>");

  /** Two or three letters that are a character's bytes. */
  private static final Pattern MOJIBAKE =
      Pattern.compile("[\u00C2-\u00DF][\u0080-\u00BF]|\u00E2(?:\u20AC)[^\\s\\w]");

  private static final Pattern SPACE = Pattern.compile("[\\s\\u0085\\p{Z}]+");

  private final Map<String, String> texts;
  private final Map<String, Fate> originals = new HashMap<>();
  private final Differences differences;

  private ComparedDocuments(Map<String, String> texts, Differences differences) {
    this.texts = texts;
    this.differences = differences;
  }

  /**
   * Compares them all.
   *
   * @param fates by place below the folder of the damaged files
   * @param texts by uid
   */
  static void check(
      DamagedTruth truth,
      Map<String, Fate> fates,
      Map<String, String> texts,
      Differences differences) {
    ComparedDocuments compared = new ComparedDocuments(texts, differences);
    for (Item item : truth.records().values()) {
      Fate fate = fates.get(item.place());
      if (fate != null && item.of().isEmpty()) {
        compared.originals.putIfAbsent(item.id(), fate);
      }
    }
    for (Item item : truth.records().values()) {
      Fate fate = fates.get(item.place());
      if (fate != null && (fate.kept() || fate.compared())) {
        compared.checkText(item, fate);
        compared.checkPersonalData(item, fate);
      }
      if (fate != null && fate.kept()) {
        same(item, "id", fate.id().replaceFirst("@file:.*", ""), id(item), differences);
        same(item, "source", fate.source(), source(item), differences);
        same(item, "domain", fate.domain(), domain(item), differences);
      }
    }
  }

  private void checkText(Item item, Fate fate) {
    String text = texts.get(item.uid());
    if (text == null) {
      differences.add(item.uid() + " text", "no text is known that hashes to " + item.sha());
    } else if (!DamagedTexts.sha(fate.text()).equals(item.sha())) {
      String meant = meant(item, text);
      // Whether references were decoded is not written down of what was rejected.
      String decoded = Parser.unescapeEntities(Parser.unescapeEntities(meant, false), false);
      differences.check(
          matches(fate.text(), meant) || matches(fate.text(), decoded),
          item.uid() + " text",
          "%s has another text: %s".formatted(item, firstDifference(fate.text(), decoded)));
    }
  }

  /** What the text was before it was damaged, by libraries and rules that Espalier doesn't use. */
  private String meant(Item item, String text) {
    if (item.has("boilerplate_added")) {
      return Optional.ofNullable(originals.get(item.of())).map(Fate::text).orElse("none");
    }
    if (item.has("mojibake")) {
      text = repaired(text.replace("\u00E2\u20AC\uFFFD", "\u201D"));
    }
    if (item.has("html_markup")) {
      text = TAG.matcher(text).replaceAll(" ");
    }
    return text;
  }

  /** Letter by letter: what are bytes of UTF-8 read as Windows-1252. */
  private static String repaired(String text) {
    Matcher wrong = MOJIBAKE.matcher(text);
    return wrong.replaceAll(
        found ->
            Matcher.quoteReplacement(
                new String(found.group().getBytes(WINDOWS_1252), StandardCharsets.UTF_8)));
  }

  /** Letter by letter without spaces, since tags may be spaces; a placeholder is anything short. */
  private static boolean matches(String kept, String written) {
    String want = plain(written).replace(" ", "");
    String got = plain(kept).replace(" ", "");
    if (want.equals(got)) {
      return true;
    }
    List<String> parts = new ArrayList<>();
    for (String part : PLACEHOLDER.split(got, -1)) {
      parts.add(Pattern.quote(part));
    }
    return parts.size() > 1
        && Pattern.compile(String.join(".{1,150}?", parts)).matcher(want).matches();
  }

  private static String plain(String text) {
    String visible = INVISIBLE.matcher(text).replaceAll("");
    return SPACE
        .matcher(Normalizer.normalize(visible, Normalizer.Form.NFC))
        .replaceAll(" ")
        .strip();
  }

  private static String firstDifference(String kept, String written) {
    String got = plain(kept);
    String want = plain(written);
    int at = 0;
    while (at < got.length() && at < want.length() && got.charAt(at) == want.charAt(at)) {
      at++;
    }
    return "«%s», not «%s» behind %d characters".formatted(part(got, at), part(want, at), at);
  }

  private static String part(String text, int at) {
    return text.substring(Math.max(0, at - 20), Math.min(text.length(), at + 40));
  }

  private void checkPersonalData(Item item, Fate fate) {
    for (String planted : item.planted()) {
      differences.check(
          !fate.text().contains(planted),
          item.uid() + " personal data",
          "%s is still in %s".formatted(planted, item));
    }
    long placeholders = PLACEHOLDER.matcher(fate.text()).results().count();
    differences.check(
        placeholders >= item.planted().size(),
        item.uid() + " personal data",
        "%d placeholders for %s".formatted(placeholders, item.planted()));
  }

  private static void same(
      Item item, String what, String got, String expected, Differences differences) {
    differences.check(
        got.equals(expected),
        item.uid() + " " + what,
        "%s has the %s %s, not %s".formatted(item, what, got, expected));
  }

  /** The Pile's records and text files have no ids: then it is made of the place. */
  private static String id(Item item) {
    String below = belowSource(item.place());
    return item.in("pile") ? below : item.in("txt") ? below.replace("#1", "") : item.id();
  }

  private static String source(Item item) {
    if (item.in("pile")) {
      return PILE.getOrDefault(item.domain(), item.domain());
    }
    return item.uid().equals("x-notgz")
        ? "x" // A line in a file that is not packed, whatever its name says.
        : item.in("dolma")
            ? DOLMA.getOrDefault(item.domain(), item.domain())
            : belowSource(item.place()).replaceFirst("#.*", "");
  }

  private static String domain(Item item) {
    return switch (item.place().replaceFirst("(/[^/#]*)(/.*|#.*)", "$1")) {
      case "pile/mixed.jsonl" -> source(item).toLowerCase(Locale.ROOT).replaceAll("[ ()]+", "_");
      case "dolma/health-0000.json.gz" -> "medquad";
      case "dolma/govblog-0000.json.gz" -> "government";
      case "zst/chat.jsonl.zst" -> "chat";
      case "csv/reviews.csv", "csv/reviews.tsv" -> "reviews";
      case "parquet/abstracts.parquet" -> "cs_abstracts";
      case "txt/legal" -> "legal";
      case "txt/poetry" -> "verse";
      default -> "press";
    };
  }

  private static String belowSource(String place) {
    return place.substring(place.indexOf('/') + 1);
  }
}
