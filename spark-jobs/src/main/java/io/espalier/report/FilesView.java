package io.espalier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files that were read, folded up by source.
 *
 * @param finding in one sentence
 */
public record FilesView(List<Source> sources, String finding) {
  /** The page stays small; data.json has all of them. */
  private static final int SHOWN = 200;

  /** So few are shown unfolded. */
  private static final int FEW = 12;

  /**
   * The files of a source.
   *
   * @param summary what stands above them
   * @param open whether they are shown at once
   * @param files the largest, by path
   * @param leftOut how many aren't among them
   */
  public record Source(String summary, boolean open, List<FileFact> files, long leftOut) {}

  static FilesView of(List<FileFact> files) {
    Map<String, List<FileFact>> bySource =
        files.stream()
            .collect(
                Collectors.groupingBy(FileFact::source, LinkedHashMap::new, Collectors.toList()));
    List<Source> sources = new ArrayList<>();
    bySource.forEach((key, of) -> sources.add(source(key, of, files.size() <= FEW)));
    return new FilesView(sources, finding(files));
  }

  public boolean isEmpty() {
    return sources.isEmpty();
  }

  private static Source source(String key, List<FileFact> files, boolean open) {
    List<FileFact> shown =
        files.stream()
            .sorted(java.util.Comparator.comparingLong(FileFact::bytes).reversed())
            .limit(SHOWN)
            .sorted(java.util.Comparator.comparing(FileFact::path))
            .toList();
    String summary =
        "%s: %s, %s, %s of %s kept"
            .formatted(
                key,
                Phrases.counted(files.size(), "file"),
                Numbers.bytes(files.stream().mapToLong(FileFact::bytes).sum()),
                Numbers.count(files.stream().mapToLong(FileFact::kept).sum()),
                Phrases.counted(files.stream().mapToLong(FileFact::records).sum(), "record"));
    return new Source(summary, open, shown, files.size() - shown.size());
  }

  private static String finding(List<FileFact> files) {
    long unknown = files.stream().filter(file -> file.sha256().isEmpty()).count();
    return "%s, %s; %s."
        .formatted(
            Phrases.counted(files.size(), "file"),
            Numbers.bytes(files.stream().mapToLong(FileFact::bytes).sum()),
            unknown == 0
                ? "each was hashed while it was read"
                : "%s without a hash: they couldn't be read to the end, or nothing tells how to read them"
                    .formatted(Numbers.count(unknown)));
  }

  public static String bytesText(FileFact file) {
    return Numbers.bytes(file.bytes());
  }

  /** Enough to recognise it; the whole of it is in its title. */
  public static String hashText(FileFact file) {
    return file.sha256().isEmpty() ? "–" : Numbers.shortHash(file.sha256()) + "…";
  }
}
