package io.espalier.domain;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import org.apache.spark.sql.Column;

/**
 * Assigns each document of a source to a domain.
 *
 * <p>A member is a record whose components are its settings in YAML. Its expression is pure: one
 * answer per document, whatever the partitioning.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface DomainSharder extends Serializable
    permits SourceFolderDomainSharder,
        FieldDomainSharder,
        SourceDomainSharder,
        RuleDomainSharder,
        FixedDomainSharder,
        RandomDomainSharder,
        ClusterDomainSharder {

  /** The domain's name as {@link DomainName} has it; null where a document belongs to none. */
  Column domain(DocumentColumns document);

  /** Dotted path of the record's field that is read as the label; empty if none is needed. */
  default String field() {
    return "";
  }

  /** Why a document has no domain, for {@code rejections}. */
  String reasonForNone();
}
