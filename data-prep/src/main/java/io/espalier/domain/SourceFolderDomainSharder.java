package io.espalier.domain;

import static org.apache.spark.sql.functions.instr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.annotation.JsonTypeName;
import org.apache.spark.sql.Column;

/** The name of the first folder below the source's path. */
@JsonTypeName("source_folder")
public record SourceFolderDomainSharder() implements DomainSharder {

  @Override
  public Column domain(DocumentColumns document) {
    Column path = document.path();
    return when(instr(path, "/").gt(lit(0)), DomainName.column(substring_index(path, "/", 1)));
  }

  @Override
  public String reasonForNone() {
    return "the file lies in no folder below the source's path";
  }
}
