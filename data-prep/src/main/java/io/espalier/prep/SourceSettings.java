package io.espalier.prep;

import io.espalier.config.Rule;
import io.espalier.domain.DomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;

/**
 * Where text comes from and how it is read.
 *
 * @param path file, folder (nested ones too) or glob on any Hadoop file system
 * @param fields where the parts of a document are in a record
 * @param domain how documents are assigned to domains
 */
public record SourceSettings(
    String path, RecordFormat format, FieldMapping fields, DomainSharder domain) {

  public SourceSettings {
    Rule.notBlank("path", path);
  }
}
