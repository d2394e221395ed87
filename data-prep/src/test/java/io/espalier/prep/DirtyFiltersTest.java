package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.espalier.config.ConfigFile;
import io.espalier.config.Merge;
import io.espalier.config.TypeDefaults;
import io.espalier.prep.DirtyTexts.Entry;
import io.espalier.text.DocumentFilter;
import io.espalier.text.MojibakeEdit;
import io.espalier.text.Rejection;
import io.espalier.text.TextEdit;
import io.espalier.text.UnicodeForm;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The damaged corpus, record by record, under the edits and filters of conf/dirty.yaml: what is no
 * text is rejected with its reason, what was done to a text is undone, and the rest stays.
 */
class DirtyFiltersTest {
  private static final Map<String, DocumentChecks.Outcome> OUTCOMES = new HashMap<>();
  private static List<Entry> entries = List.of();

  /** The section data, as far as one text alone is concerned. */
  private record Checks(List<TextEdit> edits, List<DocumentFilter> filters) {}

  @BeforeAll
  static void check() throws IOException {
    assumeTrue(Files.exists(DirtyTexts.CORPUS.resolve("dirty")), "the corpus isn't there");
    DocumentChecks checks = checks();
    entries = DirtyTexts.read();
    for (Entry entry : entries) {
      OUTCOMES.put(entry.truth().path("uid").asText(), checks.check(entry.text()));
    }
  }

  private static DocumentChecks checks() throws IOException {
    ObjectNode user = data("../conf/dirty.yaml");
    ObjectNode reference = data("../spark-jobs/src/main/resources/io/espalier/job/reference.yaml");
    TypeDefaults.complete(user, reference, "edits", "edit_defaults");
    TypeDefaults.complete(user, reference, "filters", "filter_defaults");
    user.retain("edits", "filters");
    Checks checks =
        ConfigFile.bind(Merge.over(user.objectNode(), user, Checks.class), Checks.class);
    return new DocumentChecks(UnicodeForm.NFC, checks.edits(), checks.filters());
  }

  private static ObjectNode data(String file) throws IOException {
    return (ObjectNode) ConfigFile.parse(file, Files.readString(Path.of(file))).path("data");
  }

  private static DocumentChecks.Outcome outcome(Entry entry) {
    return Objects.requireNonNull(OUTCOMES.get(entry.truth().path("uid").asText()));
  }

  private static String fate(Entry entry) {
    return outcome(entry).rejection().map(Rejection::reason).orElse("kept");
  }

  private static List<Entry> with(String label) {
    List<Entry> found = entries.stream().filter(entry -> entry.has(label)).toList();
    assertThat(found).as(label).isNotEmpty();
    return found;
  }

  @Test
  void nearlyAllRecordsAreLookedAt() {
    // 3,134 are readable by a reader that guesses encodings.
    assertThat(entries.size()).isGreaterThan(3100);
  }

  @Test
  void nothingThatIsCleanIsRejected() {
    List<Entry> clean = entries.stream().filter(entry -> entry.labels().isEmpty()).toList();
    List<String> lost =
        clean.stream()
            .filter(entry -> !fate(entry).equals("kept"))
            .map(entry -> entry + ": " + outcome(entry).rejection())
            .toList();
    assertThat(clean.size()).isGreaterThan(1900);
    // None is; one in a thousand is what a change of a dictionary or model may cost.
    assertThat(lost).hasSizeLessThanOrEqualTo(clean.size() / 1000);
  }

  @Test
  void whatIsNoTextIsRejectedWithItsReason() {
    Map<String, String> reasons = new TreeMap<>();
    reasons.put("empty", "empty_text");
    reasons.put("too_short", "too_short|empty_text"); // "lorem ipsum" is boilerplate
    reasons.put("gibberish_base64", "gibberish");
    // One of digits, one of a single letter, one of =, one of lines, one of sentences.
    reasons.put("repetition", "repeated_.*|few_different_characters|digits");
    reasons.put("very_long_line", "long_line");
    // A whole novel with its lines: a long text, and a good one.
    reasons.put("very_long_document", "kept");
    // Random letters of Latin-1: the readers see their bytes and say not_text.
    reasons.put("binary_garbage", "other_language|symbols");
    // The readers pass over hidden files; what its text is after cleaning are two words.
    reasons.put("not_text_hidden_file", "too_short");
    reasons.forEach(
        (label, reason) ->
            assertThat(with(label))
                .as(label)
                .allSatisfy(entry -> assertThat(fate(entry)).matches(reason)));
  }

  @Test
  void lostCharactersAreToleratedUpToOneInAThousand() {
    for (Entry entry : with("replacement_char_U+FFFD")) {
      long visible = entry.text().codePoints().filter(c -> !Character.isWhitespace(c)).count();
      long lost = entry.text().codePoints().filter(c -> c == 0xFFFD).count();
      assertThat(fate(entry))
          .as(entry.toString())
          .isEqualTo(lost > 0.001 * visible ? "replacement_characters" : "kept");
    }
  }

  @Test
  void otherLanguagesAreRejected() {
    List<Entry> missed =
        with("other_language").stream()
            .filter(entry -> !fate(entry).equals("other_language"))
            .toList();
    // A page of commands with Korean between them: too little to tell.
    assertThat(missed).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void whatWasAddedToACopyIsTakenOffAgain() {
    Map<String, Entry> originals = new HashMap<>();
    entries.stream()
        .filter(entry -> !entry.truth().has("of"))
        .forEach(entry -> originals.put(entry.id(), entry));
    int compared = 0;
    for (String label : List.of("boilerplate_added", "nbsp_zero_width", "crlf_padding")) {
      for (Entry entry : with(label)) {
        Entry original = originals.get(entry.truth().path("of").asText());
        if (original != null && !entry.text().isEmpty()) {
          assertThat(words(outcome(entry).text()))
              .as(entry.toString())
              .isEqualTo(words(outcome(original).text()));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(25);
  }

  /** Padding of lines is no part of the text; tab-separated files write line ends as \n. */
  private static String words(String text) {
    return text.replace("\\n", "\n")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList()
        .toString();
  }

  @Test
  void mojibakeReadsAsItWasWritten() {
    Charset wrong = Charset.forName("windows-1252");
    Pattern left = Pattern.compile("[ÂÃ][\u0080-\u00BF]|â€");
    int exact = 0;
    for (Entry entry : with("mojibake")) {
      assertThat(left.matcher(outcome(entry).text()).find()).as(entry.toString()).isFalse();
      assertThat(outcome(entry).edits()).contains("mojibake=");
      if (wrong.newEncoder().canEncode(entry.text())) {
        String written = new String(entry.text().getBytes(wrong), StandardCharsets.UTF_8);
        assertThat(new MojibakeEdit().edit(entry.text()).text()).isEqualTo(written);
        exact++;
      }
    }
    assertThat(exact).isGreaterThan(10);
  }

  @Test
  void noTagsReferencesOrInvisibleCharactersAreLeft() {
    // Placeholders are in capitals.
    assertAbsent("html_markup", Pattern.compile("</?[a-z][^<>]*>")::matcher);
    assertAbsent("html_entities", Pattern.compile("&(#?\\w+);")::matcher);
    Pattern invisible = Pattern.compile("[\\p{Cc}&&[^\\t\\n]]|[\u00A0\u200B\uFEFF\u2028\u2029]");
    for (String label : List.of("control_chars", "nbsp_zero_width", "unicode_line_separators")) {
      assertAbsent(label, invisible::matcher);
    }
  }

  private static void assertAbsent(
      String label, java.util.function.Function<String, java.util.regex.Matcher> matcher) {
    Predicate<Entry> found = entry -> matcher.apply(outcome(entry).text()).find();
    assertThat(with(label).stream().filter(found).toList()).as(label).isEmpty();
  }

  @Test
  void plantedPersonalDataIsReplacedAndCounted() {
    Map<String, Integer> planted = new TreeMap<>();
    for (Entry entry : with("pii_injected")) {
      Map<String, Integer> mine = new TreeMap<>();
      for (JsonNode item : entry.truth().path("pii")) {
        assertThat(outcome(entry).text()).as(entry.toString()).doesNotContain(item.asText());
        mine.merge(kind(item.asText()), 1, Integer::sum);
        planted.merge(kind(item.asText()), 1, Integer::sum);
      }
      mine.forEach(
          (kind, count) ->
              // Some texts have a person's address of their own.
              assertThat(counted(entry, kind))
                  .as(entry + " " + kind)
                  .isGreaterThanOrEqualTo(count));
    }
    assertThat(planted).hasSize(6);
  }

  private static int counted(Entry entry, String kind) {
    for (String edit : Pattern.compile(",").splitAsStream(outcome(entry).edits()).toList()) {
      if (edit.startsWith("personal_data:" + kind + "=")) {
        return Integer.parseInt(edit.substring(edit.indexOf('=') + 1));
      }
    }
    return 0;
  }

  private static String kind(String planted) {
    return planted.startsWith("http")
        ? "profile_url"
        : planted.contains("@")
            ? "email"
            : planted.startsWith("4111")
                ? "credit_card"
                : planted.startsWith("192.")
                    ? "ip"
                    : planted.startsWith("000-") ? "us_ssn" : "phone";
  }
}
