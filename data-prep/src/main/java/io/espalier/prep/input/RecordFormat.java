package io.espalier.prep.input;

import java.util.Locale;
import java.util.Map;

/** How records lie in a file. */
public enum RecordFormat {
  /** By the file's name. */
  AUTO,
  /** One JSON object per line. */
  JSON_LINES,
  /** The file is one document, or several with a separator between them. */
  TEXT,
  /** The file is one document; front matter (YAML between lines of dashes) is no part of it. */
  MARKDOWN,
  /** The file is one document: the main text of the page. */
  HTML,
  /** Separated values with a header, RFC 4180; tab-separated values have no quotes. */
  CSV,
  /** Apache Parquet. */
  PARQUET,
  /** Apache Arrow's format for files and for streams; Feather of version 2 is the former. */
  ARROW,
  /** A web archive: the pages and texts in its responses, and texts that were made of them. */
  WARC;

  private static final Map<String, RecordFormat> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("jsonl", JSON_LINES),
          Map.entry("ndjson", JSON_LINES),
          Map.entry("json", JSON_LINES),
          Map.entry("txt", TEXT),
          Map.entry("text", TEXT),
          Map.entry("md", TEXT),
          Map.entry("html", HTML),
          Map.entry("htm", HTML),
          Map.entry("xhtml", HTML),
          Map.entry("csv", CSV),
          Map.entry("tsv", CSV),
          Map.entry("parquet", PARQUET),
          Map.entry("arrow", ARROW),
          Map.entry("arrows", ARROW),
          Map.entry("ipc", ARROW),
          Map.entry("feather", ARROW),
          Map.entry("warc", WARC),
          Map.entry("wet", WARC));

  /** What AUTO knows, for messages. */
  public static final String KNOWN_NAMES =
      ".jsonl, .ndjson, .json, .txt, .text, .md, .html, .htm, .xhtml, .csv, .tsv, .parquet, .arrow,"
          + " .arrows, .ipc, .feather, .warc, .wet, each also with .gz, .zst, .bz2 or .xz";

  /** This format, or for AUTO the one that the file's name tells; AUTO if it tells none. */
  public RecordFormat of(String fileName) {
    return this == AUTO ? BY_EXTENSION.getOrDefault(extension(fileName), AUTO) : this;
  }

  /** Whether its records have fields by name. */
  public boolean hasFields() {
    return this == JSON_LINES || this == CSV || this == PARQUET || this == ARROW;
  }

  /** The last extension in lower case, compression aside. */
  static String extension(String fileName) {
    String name =
        fileName.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|gzip|zst|zstd|bz2|xz)$", "");
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** As written in YAML. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
