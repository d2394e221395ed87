package io.espalier.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What became of the records that were read.
 *
 * @param stages one row per stage
 * @param finding how many were kept, and why the others weren't
 */
public record PreparationView(List<StageCount> stages, String finding) {

  static PreparationView of(List<StageCount> stages) {
    return new PreparationView(stages, stages.isEmpty() ? "" : finding(stages));
  }

  public static String reasons(StageCount stage) {
    return String.join(
        ", ",
        stage.rejected().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .map(entry -> "%s %s".formatted(entry.getKey(), Numbers.count(entry.getValue())))
            .toList());
  }

  private static String finding(List<StageCount> stages) {
    long read = stages.get(0).read();
    long kept = stages.get(stages.size() - 1).kept();
    String most =
        stages.stream()
            .flatMap(stage -> stage.rejected().entrySet().stream())
            .max(Comparator.comparingLong(Map.Entry::getValue))
            .map(
                entry ->
                    "; the most frequent reason for a rejection is %s (%s)"
                        .formatted(entry.getKey(), Numbers.count(entry.getValue())))
            .orElse("; nothing was rejected");
    return "Of %s records read %s were kept (%s)%s."
        .formatted(
            Numbers.count(read),
            Numbers.count(kept),
            Numbers.share(read == 0 ? 0 : (double) kept / read),
            most);
  }
}
