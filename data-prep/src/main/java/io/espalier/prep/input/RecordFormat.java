package io.espalier.prep.input;

import java.util.Locale;
import java.util.Map;

/** How records lie in a file. */
public enum RecordFormat {
  /** By the file's name. */
  AUTO,
  /** One JSON object per line. */
  JSON_LINES,
  /** The file is one document. */
  TEXT,
  /** Separated values with a header, RFC 4180; tab-separated values have no quotes. */
  CSV,
  /** Apache Parquet. */
  PARQUET;

  private static final Map<String, RecordFormat> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("jsonl", JSON_LINES),
          Map.entry("ndjson", JSON_LINES),
          Map.entry("json", JSON_LINES),
          Map.entry("txt", TEXT),
          Map.entry("text", TEXT),
          Map.entry("md", TEXT),
          Map.entry("csv", CSV),
          Map.entry("tsv", CSV),
          Map.entry("parquet", PARQUET));

  /** What AUTO knows, for messages. */
  public static final String KNOWN_NAMES =
      ".jsonl, .ndjson, .json, .txt, .text, .md, .csv, .tsv, .parquet, each also with .gz or .zst";

  /** This format, or for AUTO the one that the file's name tells; AUTO if it tells none. */
  public RecordFormat of(String fileName) {
    return this == AUTO ? BY_EXTENSION.getOrDefault(extension(fileName), AUTO) : this;
  }

  /** The last extension in lower case, compression aside. */
  static String extension(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|gzip|zst|zstd)$", "");
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
