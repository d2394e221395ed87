package io.espalier.prep;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.domain.DomainSharder;
import io.espalier.prep.input.Encodings;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;

/**
 * Where text comes from and how it is read.
 *
 * @param path file, folder (nested ones too) or glob on any Hadoop file system
 * @param fields where the parts of a document are in a record
 * @param domain how documents are assigned to domains
 * @param encoding of files of text: a character set, or {@code auto}
 * @param separator between the documents of a file of text; empty if the file is one document
 * @param title whether a page's title belongs to its text
 * @param backslashEscapes whether separated values write line ends and tabs as a backslash and a
 *     letter; no part of a fingerprint where they don't, so that what was prepared before this
 *     could be said is still complete
 * @param licence of the texts, in words; empty if nobody says it of all of them. This and the next
 *     two are no part of what is written of these settings: what is stated of a text changes none
 * @param url where the texts can be had; empty if nobody says
 * @param provenance what is said of single documents
 */
public record SourceSettings(
    String path,
    RecordFormat format,
    FieldMapping fields,
    DomainSharder domain,
    String encoding,
    String separator,
    boolean title,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean backslashEscapes,
    @JsonProperty(value = "licence", access = JsonProperty.Access.WRITE_ONLY) String licence,
    @JsonProperty(value = "url", access = JsonProperty.Access.WRITE_ONLY) String url,
    @JsonProperty(value = "provenance", access = JsonProperty.Access.WRITE_ONLY)
        ProvenanceSettings provenance) {

  public SourceSettings {
    Rule.notBlank("path", path);
    Encodings.check("encoding", encoding);
    if (!separator.isEmpty() && format != RecordFormat.AUTO && format != RecordFormat.TEXT) {
      throw new ConfigException(
          "separator is \"%s\" but format is %s; only files of text have one, so \"\" would work"
              .formatted(separator.replace("\n", "\\n"), format));
    }
    if (backslashEscapes && format != RecordFormat.AUTO && format != RecordFormat.CSV) {
      throw new ConfigException(
          "backslash_escapes is true but format is %s; only separated values (csv) are decoded so, false would work"
              .formatted(format));
    }
  }

  /** UTF-8, and a file of text is one document. */
  public static SourceSettings of(
      String path, RecordFormat format, FieldMapping fields, DomainSharder domain) {
    return new SourceSettings(
        path,
        format,
        fields,
        domain,
        Encodings.UTF_8,
        "",
        false,
        false,
        "",
        "",
        ProvenanceSettings.NONE);
  }

  /** The same way to read other files. */
  SourceSettings at(String otherPath, DomainSharder otherDomain) {
    return new SourceSettings(
        otherPath,
        format,
        fields,
        otherDomain,
        encoding,
        separator,
        title,
        backslashEscapes,
        licence,
        url,
        provenance);
  }
}
