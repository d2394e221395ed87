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
    return SourceSettings.of(path.toUri().toString(), RecordFormat.AUTO, FIELDS, domain);
  }

  static DataSettings settings(List<SourceSettings> training, List<SourceSettings> evaluation) {
    return settings(training, evaluation, new SplitSettings(0.1, 0.1));
  }

  /** These training sources, divided otherwise than by hash. */
  static DataSettings settings(List<SourceSettings> training, SplitSettings split) {
    return settings(training, List.of(), split);
  }

  private static DataSettings settings(
      List<SourceSettings> training, List<SourceSettings> evaluation, SplitSettings split) {
    return new DataSettings(
        training,
        evaluation,
        List.of(),
        UnicodeForm.NFC,
        List.of(new LengthFilter(3, 1_000_000)),
        Deduplicate.EXACT,
        1 << 20,
        0.2,
        split,
        new EvaluationSplitSettings(0.5));
  }

  /** One source that needn't be there, under these rules for what documents share. */
  static DataSettings settings(
      Deduplicate deduplicate,
      NearDuplicateSettings nearDuplicates,
      RepeatedParagraphSettings repeatedParagraphs,
      DecontaminationSettings decontaminate) {
    return settings(
        settings(List.of(source(SAMPLES)), List.of()),
        deduplicate,
        nearDuplicates,
        repeatedParagraphs,
        decontaminate);
  }

  static DataSettings settings(
      DataSettings base,
      Deduplicate deduplicate,
      NearDuplicateSettings nearDuplicates,
      RepeatedParagraphSettings repeatedParagraphs,
      DecontaminationSettings decontaminate) {
    return copy(
        base, deduplicate, nearDuplicates, repeatedParagraphs, decontaminate, base.domains());
  }

  /** The same, but for what concerns all training domains together. */
  static DataSettings withDomains(DataSettings base, DomainSettings domains) {
    return copy(
        base,
        base.deduplicate(),
        base.nearDuplicates(),
        base.repeatedParagraphs(),
        base.decontaminate(),
        domains);
  }

  private static DataSettings copy(
      DataSettings base,
      Deduplicate deduplicate,
      NearDuplicateSettings nearDuplicates,
      RepeatedParagraphSettings repeatedParagraphs,
      DecontaminationSettings decontaminate,
      DomainSettings domains) {
    return new DataSettings(
        base.training(),
        base.evaluation(),
        base.megatron(),
        base.unicodeForm(),
        base.edits(),
        base.filters(),
        deduplicate,
        nearDuplicates,
        repeatedParagraphs,
        decontaminate,
        base.maximumDocumentBytes(),
        base.maximumRejectedFraction(),
        base.split(),
        base.evaluationSplit(),
        domains);
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
