package io.espalier.prep;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.CUSTOM;
import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_EMPTY;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How training domains are divided. What isn't used by a type that was there from the beginning is
 * no part of a fingerprint.
 *
 * @param validationFraction share of a domain's documents; where the split is given, or a date is,
 *     0 says that a domain needn't have validation text
 * @param testFraction the same of the test split
 * @param validationFrom date from which documents are held out; empty = the fractions say
 * @param testFrom date from which documents are test
 * @param names how records call a split → the split, besides the splits' own names
 * @param files split → globs of files below their source's path, where records don't say it
 */
public record SplitSettings(
    double validationFraction,
    double testFraction,
    @JsonInclude(value = CUSTOM, valueFilter = SplitType.Default.class) SplitType type,
    @JsonInclude(NON_EMPTY) String validationFrom,
    @JsonInclude(NON_EMPTY) String testFrom,
    @JsonInclude(NON_EMPTY) Map<String, String> names,
    @JsonInclude(NON_EMPTY) Map<String, List<String>> files) {
  /** From the one that is trained on to the one that is held out most. */
  static final List<String> SPLITS = List.of("train", "validation", "test");

  public SplitSettings {
    Rule.between("validation_fraction", validationFraction, 0, 1);
    Rule.between("test_fraction", testFraction, 0, 1);
    if (validationFraction + testFraction >= 1) {
      throw new ConfigException(
          "validation_fraction is %s and test_fraction %s, which leaves nothing to train on; 0.02"
                  .formatted(validationFraction, testFraction)
              + " each would work");
    }
    names = new TreeMap<>(names);
    files = new TreeMap<>(files);
    names.forEach((name, split) -> checkSplit("names." + name, split));
    files.keySet().forEach(split -> checkSplit("files", split));
    checkUsed(type, SplitType.GIVEN, "names", names.isEmpty());
    checkUsed(type, SplitType.GIVEN, "files", files.isEmpty());
    checkUsed(type, SplitType.TIME, "validation_from", validationFrom.isEmpty());
    checkUsed(type, SplitType.TIME, "test_from", testFrom.isEmpty());
    checkDates(validationFrom, testFrom, validationFraction, testFraction);
  }

  /** By hash. */
  public SplitSettings(double validationFraction, double testFraction) {
    this(validationFraction, testFraction, SplitType.HASH, "", "", Map.of(), Map.of());
  }

  /** Whether dates decide rather than fractions. */
  boolean hasDates() {
    return !validationFrom.isEmpty() || !testFrom.isEmpty();
  }

  /** Whether the newest documents of each domain are held out, as many as the fractions say. */
  boolean takesNewestShares() {
    return type == SplitType.TIME && !hasDates();
  }

  /** Milliseconds since 1970 from which documents are validation; nothing if none are. */
  OptionalLong validationFromMilliseconds() {
    return validationFrom.isEmpty()
        ? OptionalLong.empty()
        : time("validation_from", validationFrom);
  }

  /** Milliseconds since 1970 from which documents are test; nothing if none are. */
  OptionalLong testFromMilliseconds() {
    return testFrom.isEmpty() ? OptionalLong.empty() : time("test_from", testFrom);
  }

  private static void checkUsed(SplitType type, SplitType needed, String key, boolean empty) {
    if (!empty && type != needed) {
      throw new ConfigException(
          "%s is set but type is %s; only type %s has it".formatted(key, type, needed));
    }
  }

  private static void checkSplit(String key, String split) {
    if (!SPLITS.contains(split)) {
      throw new ConfigException(
          "%s has the split \"%s\" but must be one of %s"
              .formatted(key, split, String.join(", ", SPLITS)));
    }
  }

  private static void checkDates(
      String validationFrom, String testFrom, double validationFraction, double testFraction) {
    if (validationFrom.isEmpty() && testFrom.isEmpty()) {
      return;
    }
    checkHasDate("validation", validationFrom, validationFraction, "test_from", testFrom);
    checkHasDate("test", testFrom, testFraction, "validation_from", validationFrom);
    if (!validationFrom.isEmpty()
        && !testFrom.isEmpty()
        && time("validation_from", validationFrom).orElseThrow()
            >= time("test_from", testFrom).orElseThrow()) {
      throw new ConfigException(
          "validation_from is %s but must lie before test_from (%s), since the newest documents are test"
              .formatted(validationFrom, testFrom));
    }
  }

  /** Where one split begins at a date, the other has a date too, or isn't wanted. */
  private static void checkHasDate(
      String split, String from, double fraction, String otherKey, String other) {
    if (from.isEmpty() && fraction > 0) {
      throw new ConfigException(
          "%s is %s but %s_from is empty and %s_fraction %s; a date, or a fraction of 0 for none, would work"
              .formatted(otherKey, other, split, split, fraction));
    }
    if (!from.isEmpty()) {
      time(split + "_from", from);
    }
  }

  private static OptionalLong time(String key, String value) {
    OptionalLong time = DocumentTime.milliseconds(value);
    if (time.isEmpty()) {
      throw new ConfigException(
          "%s is \"%s\" but must be %s".formatted(key, value, DocumentTime.FORMS));
    }
    return time;
  }
}
