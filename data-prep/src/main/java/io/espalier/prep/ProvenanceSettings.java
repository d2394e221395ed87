package io.espalier.prep;

import io.espalier.config.Rule;

/**
 * Files beside a corpus that say of each document where it is from: read for the report alone.
 *
 * @param path of files in any format with fields, as {@link SourceSettings} has it; empty if there
 *     are none
 * @param id field with the document's id, which is held against that of the table {@code documents}
 * @param licence field with its licence, in words
 * @param url field with what it comes from, such as a web address or a repository; empty if none
 *     has
 */
public record ProvenanceSettings(String path, String id, String licence, String url) {
  static final ProvenanceSettings NONE = new ProvenanceSettings("", "id", "licence", "");

  public ProvenanceSettings {
    Rule.notBlank("id", id);
    Rule.notBlank("licence", licence);
  }

  /** Whether there are such files. */
  public boolean isGiven() {
    return !path.isEmpty();
  }
}
