package io.espalier.job;

import io.espalier.report.Phrases;
import java.util.List;

/**
 * What an update came to.
 *
 * @param outcome promoted, kept or nothing_new
 * @param number of the update, from 1; 0 where there was nothing new
 * @param files that were taken in
 * @param domains whose text has grown enough to train on, sorted
 * @param perplexityBefore of the forest as it was, mean over its domains on the test text
 * @param perplexityAfter with the experts that went on
 * @param margin share by which it had to fall
 * @param forestVersion the newest afterwards
 */
public record Update(
    Outcome outcome,
    long number,
    int files,
    List<String> domains,
    double perplexityBefore,
    double perplexityAfter,
    double margin,
    long forestVersion) {

  /** How it ended. */
  public enum Outcome {
    /** The experts that went on take part. */
    PROMOTED,
    /** They are candidates, which take no part: the forest wasn't better by the margin. */
    KEPT,
    /** No new text, or too little to train on. */
    NOTHING_NEW
  }

  public Update {
    domains = List.copyOf(domains);
  }

  static Update nothingNew(double margin, long forestVersion) {
    return new Update(Outcome.NOTHING_NEW, 0, 0, List.of(), 0, 0, margin, forestVersion);
  }

  /** One sentence. */
  public String toText() {
    return switch (outcome) {
      case NOTHING_NEW -> "No new text to train on; the forest stays at version " + forestVersion;
      case PROMOTED -> "Promoted: " + figures() + ", forest version " + forestVersion;
      case KEPT ->
          "Kept as candidates, which take no part: %s, and it had to fall by more than %.2f %%"
              .formatted(figures(), 100 * margin);
    };
  }

  private String figures() {
    return "%s with %s: perplexity %.2f → %.2f (%+.2f %%)"
        .formatted(
            String.join(", ", domains),
            Phrases.counted(files, "new file"),
            perplexityBefore,
            perplexityAfter,
            100 * (perplexityAfter / perplexityBefore - 1));
  }
}
