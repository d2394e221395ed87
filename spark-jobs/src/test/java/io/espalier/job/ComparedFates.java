package io.espalier.job;

import io.espalier.job.DamagedTruth.Broken;
import io.espalier.job.DamagedTruth.Item;
import io.espalier.job.RecordFates.Fate;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether each record was kept, or rejected for the reason that the truth implies. */
final class ComparedFates {
  /** Label → reasons of rejection. */
  private static final Map<String, String> REASONS =
      Map.of(
          "empty", "empty_file|empty_text",
          "too_short", "too_short|empty_text", // "lorem ipsum" is boilerplate
          "gibberish_base64", "gibberish",
          // One of digits, one of a single letter, one of =, one of lines, one of sentences.
          "repetition", "repeated_.*|few_different_characters|digits",
          "very_long_line", "long_line",
          "binary_garbage", "not_text",
          "other_language", "other_language");

  /** Kind of damage → reasons of rejection. */
  private static final Map<String, String> DAMAGE =
      Map.ofEntries(
          Map.entry("cut_json_line", "broken_json"),
          Map.entry("unescaped_quote", "broken_json"),
          Map.entry("python_dict_not_json", "broken_json"),
          Map.entry("not_json", "broken_json"),
          Map.entry("trailing_comma", "broken_json"),
          Map.entry("two_objects_one_line", "broken_json"),
          Map.entry("json_not_object", "not_an_object"),
          Map.entry("no_text_field", "missing_field"),
          Map.entry("text_null", "missing_field"),
          Map.entry("text_not_string", "text_not_string"),
          Map.entry("invalid_utf8_line", "invalid_utf8"),
          Map.entry("lone_surrogate", "replacement_characters"),
          Map.entry("nan_value", "too_short"), // its text is "NaN value"
          Map.entry("no_meta", "kept"),
          Map.entry("blank_line", "nothing"),
          Map.entry("zero_byte_gzip", "empty_file"),
          Map.entry("wrong_extension_plain_text", "nothing"), // its record is in the truth
          Map.entry("ragged_too_few", "ragged_record"),
          Map.entry("ragged_too_many", "ragged_record"));

  private final Map<String, Fate> fates;
  private final Map<String, String> texts;
  private final Differences differences;
  private final Set<String> seen = new HashSet<>();

  private ComparedFates(
      Map<String, Fate> fates, Map<String, String> texts, Differences differences) {
    this.fates = fates;
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
    ComparedFates compared = new ComparedFates(fates, texts, differences);
    truth.records().values().forEach(compared::check);
    truth.broken().forEach(compared::check);
    compared.checkNothingElse();
  }

  private void check(Item item) {
    Fate fate = at(item.place());
    if (item.lost()) {
      differences.check(
          fate == null || fate.reason().equals("truncated_gzip"),
          item.uid() + " fate",
          item + " lies behind the damage and was " + fate);
    } else if (fate == null) {
      differences.add(item.uid() + " fate", item + " was not read");
    } else {
      String expected = expected(item);
      boolean justified = expected.equals("kept") && (fate.kept() || fate.compared());
      differences.check(
          justified || fate.reason().matches(expected),
          item.uid() + " fate",
          "%s was %s, not %s: %s".formatted(item, fate, expected, beginning(fate.text())));
    }
  }

  private String expected(Item item) {
    for (String label : item.labels()) {
      String reasons = REASONS.get(label);
      if (reasons != null) {
        return reasons;
      }
    }
    String text = texts.getOrDefault(item.uid(), "");
    if (text.isBlank()) {
      return "empty_file|empty_text";
    }
    if (item.has("mojibake")) {
      return "kept"; // What a wrong decoder couldn't write can be told from what is around it.
    }
    long lost = text.codePoints().filter(c -> c == 0xFFFD).count();
    long visible = text.codePoints().filter(c -> !Character.isWhitespace(c)).count();
    return lost > 0.001 * visible ? "replacement_characters" : "kept";
  }

  private void check(Broken broken) {
    if (broken.kind().startsWith("truncated")) {
      return; // Which record the damage costs, the records themselves say.
    }
    Fate fate = at(broken.place());
    String got = fate == null ? "nothing" : fate.kept() ? "kept" : fate.reason();
    String expected = Optional.ofNullable(DAMAGE.get(broken.kind())).orElse("a kind that is known");
    differences.check(
        got.equals(expected), broken.place() + " fate", "%s came of %s".formatted(fate, broken));
    boolean rejects = broken.expected().startsWith("reject") || broken.expected().startsWith("rep");
    differences.check(
        !rejects || (fate != null && !fate.kept() && !fate.detail().isBlank()),
        broken.place() + " fate",
        "nothing tells of " + broken);
  }

  /** Where a file is one text or none, the file is what was rejected. */
  private @Nullable Fate at(String place) {
    String file = place.replaceFirst("#.*", "");
    for (String each : new String[] {place, file + "#0"}) {
      if (fates.containsKey(each)) {
        seen.add(each);
        return fates.get(each);
      }
    }
    return null;
  }

  /** The truncated chat has records of the other file again, which the truth doesn't list. */
  private void checkNothingElse() {
    int again = 0;
    for (var entry : fates.entrySet()) {
      if (entry.getKey().startsWith("zst/chat-truncated.jsonl.zst#")) {
        again++;
      } else if (!seen.contains(entry.getKey())) {
        differences.add(
            entry.getKey() + " fate", "the truth knows no such record: " + entry.getValue());
      }
    }
    Fate damage = fates.get("zst/chat-truncated.jsonl.zst#" + again);
    differences.check(
        again > 1 && damage != null && damage.reason().equals("truncated_zstd"),
        "zst/chat-truncated.jsonl.zst fate",
        "of %d records the last is %s".formatted(again, damage));
  }

  private static String beginning(String text) {
    return text.substring(0, Math.min(120, text.length())).replace('\n', '¶');
  }
}
