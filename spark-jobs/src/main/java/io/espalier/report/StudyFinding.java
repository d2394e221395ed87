package io.espalier.report;

import io.espalier.evaluate.Comparison;
import java.util.Locale;

/**
 * A claim of Branch-Train-Merge and what was found of it here.
 *
 * @param claim as the paper has it
 * @param found what the figures say
 * @param outcome whether that bears the claim out
 */
public record StudyFinding(String claim, String found, Outcome outcome) {

  /** Whether figures bear a claim out. */
  public enum Outcome {
    HOLDS("holds here"),
    FAILS("does not hold here"),
    OPEN("open"),
    MEASURED("measured");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** In one line. */
  public String text() {
    return "%s (%s): %s".formatted(claim, outcome.words(), found);
  }

  /** Of a claim that the model's perplexity is lower than the baseline's. */
  static Outcome lower(Comparison comparison) {
    return switch (comparison.verdict()) {
      case LOWER -> Outcome.HOLDS;
      case HIGHER -> Outcome.FAILS;
      case NOT_SIGNIFICANT, TOO_FEW_DOCUMENTS -> Outcome.OPEN;
    };
  }

  /** Of a claim that the model's perplexity is higher than the baseline's. */
  static Outcome higher(Comparison comparison) {
    return switch (comparison.verdict()) {
      case LOWER -> Outcome.FAILS;
      case HIGHER -> Outcome.HOLDS;
      case NOT_SIGNIFICANT, TOO_FEW_DOCUMENTS -> Outcome.OPEN;
    };
  }

  /** {@code 87.3 % of it (95 % interval 85.1 to 89.9 %)}. */
  static String ratio(Comparison comparison) {
    return String.format(
        Locale.ROOT,
        "%.1f %% of it (95 %% interval %.1f to %.1f %%%s)",
        100 * comparison.ratio().value(),
        100 * comparison.ratio().low(),
        100 * comparison.ratio().high(),
        switch (comparison.verdict()) {
          case LOWER, HIGHER -> "";
          case NOT_SIGNIFICANT -> ", not significant";
          case TOO_FEW_DOCUMENTS -> ", too few documents to tell";
        });
  }
}
