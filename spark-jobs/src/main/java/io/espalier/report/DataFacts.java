package io.espalier.report;

import java.util.List;
import java.util.Map;

/**
 * Everything that the page of a run's data shows.
 *
 * @param run what was run
 * @param madeFrom stands for the versions of the tables and for all else that the page shows
 * @param stages of preparation, in their order
 * @param rejections by stage and reason, with examples
 * @param splits of every domain, sorted by domain and split
 * @param lengths of documents by domain, sorted by domain
 * @param languages of domains, as far as a filter asked for them; sorted by domain, the largest
 *     first
 * @param duplicates records that were one document
 * @param clusters how domains that were found agree with labels that were known
 * @param sources that the configuration names
 * @param licences of domains, sorted by domain
 * @param origins where the texts themselves say they come from, the largest first
 * @param files that were read, source by source
 * @param tableVersions version of each Delta table the figures were read from, by table name
 */
public record DataFacts(
    RunFacts run,
    String madeFrom,
    List<StageCount> stages,
    List<RejectionFact> rejections,
    List<SplitFact> splits,
    List<LengthFact> lengths,
    List<LanguageFact> languages,
    DuplicateFact duplicates,
    ClusterFact clusters,
    List<SourceFact> sources,
    List<LicenceFact> licences,
    List<OriginFact> origins,
    List<FileFact> files,
    Map<String, Long> tableVersions) {

  public DataFacts {
    stages = List.copyOf(stages);
    rejections = List.copyOf(rejections);
    splits = List.copyOf(splits);
    lengths = List.copyOf(lengths);
    languages = List.copyOf(languages);
    sources = List.copyOf(sources);
    licences = List.copyOf(licences);
    origins = List.copyOf(origins);
    files = List.copyOf(files);
    tableVersions = Map.copyOf(tableVersions);
  }

  /** Records that were rejected at a stage for a reason. */
  public record RejectionFact(
      String stage, String reason, long records, List<RejectedExample> examples) {
    public RejectionFact {
      examples = List.copyOf(examples);
    }
  }

  /**
   * One rejected record.
   *
   * @param record line or record in the file, from 1; 0 = the whole file
   * @param text its beginning
   */
  public record RejectedExample(String id, String file, long record, String detail, String text) {}

  /**
   * What a split of a domain holds.
   *
   * @param role training or evaluation
   * @param bytes of text in UTF-8
   * @param sequences windows
   * @param tokens that are predicted in them
   * @param paddingTokens masked places in them
   */
  public record SplitFact(
      String domain,
      String role,
      String split,
      long documents,
      long bytes,
      long sequences,
      long tokens,
      long paddingTokens) {}

  /** Quantiles of the lengths of a domain's documents, in bytes of UTF-8. */
  public record LengthFact(
      String domain, long p5Bytes, long medianBytes, long p95Bytes, long longestBytes) {}

  /**
   * A source of the configuration.
   *
   * @param key where it stands in it
   * @param bytes of its files as they lie on disk
   * @param newest when the newest of them was written, as people read it
   */
  public record SourceFact(String key, String path, int files, long bytes, String newest) {}

  /** Documents that name the same place of origin. */
  public record OriginFact(String origin, String domain, long documents, long bytes) {}

  /** The version of a table as a caption says it. */
  public String source(String table) {
    return Phrases.source(tableVersions, table);
  }
}
