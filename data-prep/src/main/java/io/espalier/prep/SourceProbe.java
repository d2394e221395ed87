package io.espalier.prep;

import io.espalier.config.ConfigException;
import io.espalier.domain.FieldDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.InputSlice;
import io.espalier.prep.input.ReadDocument;
import io.espalier.prep.input.ReadFailure;
import io.espalier.prep.input.ReadResult;
import io.espalier.prep.input.RecordFormat;
import io.espalier.prep.input.RecordReader;
import io.espalier.prep.input.RecordReaders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/** Reads the first records of a source, so that a wrong field is known before any work is done. */
final class SourceProbe {
  private static final int RECORDS_PER_FILE = 100;
  private static final int MOST_FILES = 50;
  private static final int ENOUGH_DOCUMENTS = 100;

  private final Configuration configuration;
  private final SourcePlan source;
  private final int maximumDocumentBytes;
  private final List<ReadDocument> documents = new ArrayList<>();
  private List<String> fieldNames = List.of();
  private Optional<String> firstFailure = Optional.empty();
  private boolean structured;

  SourceProbe(Configuration configuration, SourcePlan source, int maximumDocumentBytes) {
    this.configuration = configuration;
    this.source = source;
    this.maximumDocumentBytes = maximumDocumentBytes;
  }

  /** Refuses the source if none of its first records is a document, or none has a given field. */
  void check() {
    List<InputFile> files = source.files();
    for (int i = 0; i < Math.min(MOST_FILES, files.size()); i++) {
      if (documents.size() < ENOUGH_DOCUMENTS) {
        read(files.get(i));
      }
    }
    if (documents.isEmpty()) {
      throw new ConfigException(
          "%s.path is %s but none of its first records has a text: %s"
              .formatted(
                  source.key(), source.settings().path(), firstFailure.orElse("they are empty")));
    }
    if (structured) {
      FieldMapping fields = source.settings().fields();
      checkFound("fields.id", fields.id(), document -> !document.id().isEmpty());
      checkFound("fields.source", fields.source(), document -> !document.source().isEmpty());
      checkFound("fields.split", fields.split(), document -> !document.split().isEmpty());
    }
    if (source.settings().domain() instanceof FieldDomainSharder sharder) {
      checkFound("domain.field", sharder.field(), document -> !document.label().isEmpty());
    }
  }

  private void read(InputFile file) {
    InputSlice slice = InputSlice.whole(file, source.settings().format());
    try (RecordReader reader =
        RecordReaders.open(configuration, slice, source.options(maximumDocumentBytes))) {
      for (int i = 0; i < RECORDS_PER_FILE; i++) {
        Optional<ReadResult> result = reader.next();
        if (result.isEmpty()) {
          return;
        }
        add(file, slice.format(), result.get(), reader);
      }
    } catch (IOException e) {
      throw new ConfigException(
          "%s.path is %s but %s can't be read: %s"
              .formatted(source.key(), source.settings().path(), file.uri(), e.getMessage()),
          e);
    }
  }

  private void add(InputFile file, RecordFormat format, ReadResult result, RecordReader reader) {
    if (result instanceof ReadDocument document) {
      documents.add(document);
      if (format.hasFields()) {
        structured = true;
        fieldNames = reader.fieldNames();
      }
    } else if (result instanceof ReadFailure failure && firstFailure.isEmpty()) {
      String where = failure.record() == 0 ? "" : ", record " + failure.record();
      firstFailure =
          Optional.of(
              "%s%s: %s, %s".formatted(file.path(), where, failure.reason(), failure.detail()));
    }
  }

  private void checkFound(String key, String path, Predicate<ReadDocument> found) {
    if (!path.isEmpty() && documents.stream().noneMatch(found)) {
      throw new ConfigException(
          "%s.%s is %s but none of the first %d records has it; they have: %s%s"
              .formatted(
                  source.key(),
                  key,
                  path,
                  documents.size(),
                  String.join(", ", fieldNames),
                  key.startsWith("fields") ? "; \"\" means that there is none" : ""));
    }
  }
}
