package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.InputFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IngestBatchesTest {
  private final PreparationPlan plan =
      plan(List.of(file("a", 5), file("b", 5), file("c", 5)), List.of(file("d", 20), file("e", 1)));

  @Test
  void everyMissingFileIsInOneBatchAndSourcesKeepTheirPlaces() {
    List<PreparationPlan> batches = IngestBatches.of(plan, Set.of("a", "c", "d", "e"), 10);

    assertThat(batches.stream().map(IngestBatchesTest::files))
        .containsExactly(
            List.of(List.of("a", "c"), List.of()),
            List.of(List.of(), List.of("d")),
            List.of(List.of(), List.of("e")));
  }

  @Test
  void aReadingFollowsTheFileAndWhatLooksAtARecordAloneButNotItsSourceOrDomain() {
    String before = FileReading.of(plan).get(0).id();
    InputFile a = file("a", 5);

    assertThat(only(source("elsewhere", "other", a), 1 << 20)).isEqualTo(before);
    assertThat(only(source("in", "law", a), 1 << 19)).isNotEqualTo(before);
    assertThat(only(source("in", "law", new InputFile("a", "a", 5, 8)), 1 << 20))
        .isNotEqualTo(before);
    assertThat(only(source("in", "law", new InputFile("a", "a", 5, 7, "tag")), 1 << 20))
        .isNotEqualTo(before);
  }

  private static String only(SourcePlan source, int maximumDocumentBytes) {
    DataSettings s = Corpus.settings(List.of(source.settings()), List.of());
    DataSettings settings =
        new DataSettings(
            s.training(),
            s.evaluation(),
            s.megatron(),
            s.unicodeForm(),
            s.filters(),
            Deduplicate.NONE,
            maximumDocumentBytes,
            s.maximumRejectedFraction(),
            s.split(),
            s.evaluationSplit());
    var plan = new PreparationPlan(settings, 1, List.of(source), List.of());
    return FileReading.of(plan).get(0).id();
  }

  private static List<List<String>> files(PreparationPlan batch) {
    return batch.sources().stream()
        .map(source -> source.files().stream().map(InputFile::uri).toList())
        .toList();
  }

  private static PreparationPlan plan(List<InputFile> first, List<InputFile> second) {
    SourcePlan one = source("in", "law", first.toArray(InputFile[]::new));
    SourcePlan two = source("more", "code", second.toArray(InputFile[]::new));
    DataSettings settings = Corpus.settings(List.of(one.settings(), two.settings()), List.of());
    return new PreparationPlan(settings, 20, List.of(one, two), List.of());
  }

  private static SourcePlan source(String path, String domain, InputFile... files) {
    return new SourcePlan(
        "data.training[0]",
        Role.TRAINING,
        Corpus.source(Path.of(path), new FixedDomainSharder(domain)),
        List.of(files));
  }

  private static InputFile file(String name, long bytes) {
    return new InputFile(name, name, bytes, 7);
  }
}
