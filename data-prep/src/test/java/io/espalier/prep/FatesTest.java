package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.prep.Fates.Group;
import io.espalier.text.TextUnit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FatesTest {
  private static final DataSettings ALL =
      Corpus.settings(
          Corpus.settings(
              List.of(Corpus.source(Corpus.SAMPLES)),
              new SplitSettings(
                  0.1, 0.1, SplitType.GIVEN, "", "", Map.of(), Map.of("test", List.of("t*")))),
          Deduplicate.EXACT,
          new NearDuplicateSettings(0.8, 5, NearDuplicateAction.REJECT),
          new RepeatedParagraphSettings(2, TextUnit.PARAGRAPH, 5),
          new DecontaminationSettings(
              13, DecontaminationAction.REJECT, List.of(), "text", 0, 20, 20));
  private static final DataSettings NONE =
      Corpus.settings(
          Deduplicate.NONE,
          NearDuplicateSettings.OFF,
          RepeatedParagraphSettings.OFF,
          DecontaminationSettings.OFF);

  @Test
  void whatOneStageKeepsTheNextOneReads() {
    Random random = new Random(6);
    for (int i = 0; i < 200; i++) {
      List<Group> groups =
          random
              .ints(random.nextInt(12), 0, Fates.STAGES.size())
              .mapToObj(s -> group(random.nextInt(2), Fates.STAGES.get(s), 1 + random.nextInt(9)))
              .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList::new));
      groups.add(group(0, "", 40));
      // A stage of limits is listed where it rejected something.
      groups.add(group(0, DomainLimits.STAGE, 1));

      Fates fates = new Fates(groups);

      List<StageCounts> stages = fates.stages(ALL);
      assertThat(stages).extracting(StageCounts::stage).isEqualTo(Fates.STAGES);
      assertThat(stages.get(0).read()).isEqualTo(fates.read());
      for (int s = 1; s < stages.size(); s++) {
        assertThat(stages.get(s).read()).isEqualTo(stages.get(s - 1).kept());
      }
      assertThat(stages.get(stages.size() - 1).kept()).isEqualTo(fates.kept()).isEqualTo(40);
    }
  }

  @Test
  void deduplicationThatDidNotRunIsNoStage() {
    assertThat(new Fates(List.of(group(0, "", 3))).stages(NONE))
        .extracting(StageCounts::stage)
        .containsExactly("ingest", "clean", "filter", "domain");
  }

  @Test
  void aStageThatLosesARecordIsABug() {
    assertThatThrownBy(
            () -> new StageCounts("clean", 10, 8, new TreeMap<>(Map.of("empty_text", 1L))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Stage clean read 10 records but kept 8 and rejected 1");
  }

  @Test
  void aStageIsOneLine() {
    var rejected = new TreeMap<>(Map.of("too_short", 1500L, "too_long", 2L));

    assertThat(new StageCounts("filter", 11_502, 10_000, rejected))
        .hasToString(
            "filter: 11,502 read, 10,000 kept, 1,502 rejected (2 too_long, 1,500 too_short)");
    assertThat(new StageCounts("clean", 1, 1, new TreeMap<>()))
        .hasToString("clean: 1 read, 1 kept, 0 rejected");
  }

  @Test
  void tooManyRejectionsAreToldBySourceWithTheirReasonsAndDuplicatesDontCount() {
    PreparationPlan plan = plan("data.training[1]", Role.TRAINING);
    Group duplicates = group(0, "deduplicate", 90);
    Group kept = group(0, "", 8);
    Group other = group(1, "", 8);

    Fates enough = new Fates(List.of(duplicates, kept, group(0, "clean", 2), other));
    assertThat(enough.tooManyRejected(plan)).isEmpty();
    Fates tooMany = new Fates(List.of(kept, other, group(1, "clean", 2), group(1, "ingest", 1)));
    assertThat(tooMany.tooManyRejected(plan))
        .contains(
            "data.maximum_rejected_fraction is 0.2 but 0.273 of the records of data.training[1]"
                + " (file:///b) were rejected: 2 clean_reason (first: f.jsonl record 1: why), 1"
                + " ingest_reason (first: f.jsonl record 1: why)");
  }

  @Test
  void whereNoTrainingDocumentIsLeftItIsToldWhatBecameOfThem() {
    PreparationPlan plan = plan("data.evaluation[0]", Role.EVALUATION);
    Group evaluation = group(1, "", 8);
    Group copies = group(0, "deduplicate", 1200);

    assertThat(new Fates(List.of(evaluation, copies, group(0, "", 1))).nothingLeft(plan)).isEmpty();
    assertThat(new Fates(List.of(evaluation)).nothingLeft(plan)).isEmpty();
    assertThat(new Fates(List.of(evaluation, copies, group(0, "clean", 2))).nothingLeft(plan))
        .contains(
            "data.training has no document left of 1,202 records: 1,200 deduplicate_reason (first:"
                + " f.jsonl record 1: why), 2 clean_reason (first: f.jsonl record 1: why)");
  }

  /** A training source and another one. */
  private static PreparationPlan plan(String otherKey, Role otherRole) {
    return new PreparationPlan(
        Corpus.settings(List.of(Corpus.source(Path.of("/data"))), List.of()),
        20,
        List.of(
            new SourcePlan(
                "data.training[0]", Role.TRAINING, Corpus.source(Path.of("/a")), List.of()),
            new SourcePlan(otherKey, otherRole, Corpus.source(Path.of("/b")), List.of())),
        List.of());
  }

  private static Group group(int origin, String stage, long records) {
    String reason = stage.isEmpty() ? "" : stage + "_reason";
    return new Group(origin, stage, reason, records, "f.jsonl record 1: why");
  }
}
