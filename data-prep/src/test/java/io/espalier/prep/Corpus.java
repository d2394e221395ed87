package io.espalier.prep;

import io.espalier.domain.DomainSharder;
import io.espalier.domain.SourceFolderDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;
import io.espalier.text.LengthFilter;
import io.espalier.text.UnicodeForm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Small corpora for tests: settings and files. */
final class Corpus {
  /** The sample corpus, seen from the module that tests run in. */
  static final Path SAMPLES = Path.of("samples").toAbsolutePath();

  static final FieldMapping FIELDS = new FieldMapping("id", "text", "source");

  private Corpus() {}

  static SourceSettings source(Path path) {
    return source(path, new SourceFolderDomainSharder());
  }

  static SourceSettings source(Path path, DomainSharder domain) {
    return new SourceSettings(path.toUri().toString(), RecordFormat.AUTO, FIELDS, domain);
  }

  static DataSettings settings(List<SourceSettings> training, List<SourceSettings> evaluation) {
    return new DataSettings(
        training,
        evaluation,
        List.of(),
        UnicodeForm.NFC,
        List.of(new LengthFilter(3, 1_000_000)),
        Deduplicate.EXACT,
        1 << 20,
        0.2,
        new SplitSettings(0.1, 0.1),
        new EvaluationSplitSettings(0.5));
  }

  /** Writes JSON lines of id → text, below folders that are made too. */
  static void write(Path file, Map<String, String> documents) {
    StringBuilder lines = new StringBuilder();
    documents.forEach((id, text) -> lines.append(line(id, text)).append('\n'));
    write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  static String line(String id, String text) {
    return "{\"id\": %s, \"text\": %s, \"source\": \"test\"}"
        .formatted(Fingerprint.json(id), Fingerprint.json(text));
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
