package io.espalier.prep;

import io.espalier.prep.input.InputFile;
import io.espalier.prep.input.RecordOptions;
import java.util.List;
import java.util.Set;

/**
 * One source of an experiment with its files.
 *
 * @param key where it stands in the configuration, such as {@code data.training[0]}
 * @param role what its domains are for
 * @param files sorted by path
 */
public record SourcePlan(String key, Role role, SourceSettings settings, List<InputFile> files) {

  public SourcePlan {
    files = List.copyOf(files);
  }

  /** Bytes of all files as they lie on disk. */
  public long bytes() {
    return files.stream().mapToLong(InputFile::bytes).sum();
  }

  /** The same source with some of its files. */
  SourcePlan only(Set<String> uris) {
    return new SourcePlan(
        key, role, settings, files.stream().filter(file -> uris.contains(file.uri())).toList());
  }

  RecordOptions options(int maximumDocumentBytes) {
    return new RecordOptions(
        settings.fields(),
        settings.domain().field(),
        maximumDocumentBytes,
        settings.encoding(),
        settings.separator(),
        settings.title(),
        settings.backslashEscapes());
  }
}
