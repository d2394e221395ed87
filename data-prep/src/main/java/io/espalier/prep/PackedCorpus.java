package io.espalier.prep;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sequences that are ready.
 *
 * @param sequencesVersion version of the table {@code sequences}
 * @param fingerprint of documents, tokenizer and settings
 * @param splits sorted by domain and split
 */
public record PackedCorpus(long sequencesVersion, String fingerprint, List<PackedSplit> splits) {

  public PackedCorpus {
    splits = List.copyOf(splits);
  }

  /** UTF-8 bytes per token of each domain, by which tokens of different tokenizers compare. */
  public Map<String, Double> bytesPerToken() {
    Map<String, Double> byDomain = new TreeMap<>();
    splits.stream()
        .collect(Collectors.groupingBy(PackedSplit::domain))
        .forEach((domain, own) -> byDomain.put(domain, bytesPerToken(own)));
    return byDomain;
  }

  /** As a line of the stage's progress, the domain with the fewest bytes per token first. */
  String fertility() {
    return "bytes per token: "
        + bytesPerToken().entrySet().stream()
            .sorted(Map.Entry.comparingByValue())
            .map(entry -> "%s %.2f".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
  }

  /** What {@code packing.method: best_fit} costs, and what it can't avoid. */
  String bestFit() {
    long documents = splits.stream().mapToLong(PackedSplit::documents).sum();
    long cut = splits.stream().mapToLong(PackedSplit::longDocuments).sum();
    long padding = splits.stream().mapToLong(PackedSplit::paddingTokens).sum();
    long predicted = splits.stream().mapToLong(PackedSplit::predictedTokens).sum();
    return "best fit: %.1f %% padding; %,d of %,d documents are longer than a window and are cut, no others"
        .formatted(100.0 * padding / (padding + predicted), cut, documents);
  }

  private static double bytesPerToken(List<PackedSplit> splits) {
    long bytes = splits.stream().mapToLong(s -> s.bytes() + s.droppedBytes()).sum();
    return (double) bytes / splits.stream().mapToLong(PackedSplit::documentTokens).sum();
  }
}
