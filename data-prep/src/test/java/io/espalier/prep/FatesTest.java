package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.prep.Fates.Group;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FatesTest {

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

      Fates fates = new Fates(groups);

      List<StageCounts> stages = fates.stages(Deduplicate.EXACT);
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
    assertThat(new Fates(List.of(group(0, "", 3))).stages(Deduplicate.NONE))
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
    PreparationPlan plan =
        new PreparationPlan(
            Corpus.settings(List.of(Corpus.source(Path.of("/data"))), List.of()),
            20,
            List.of(
                new SourcePlan(
                    "data.training[0]", Role.TRAINING, Corpus.source(Path.of("/a")), List.of()),
                new SourcePlan(
                    "data.training[1]", Role.TRAINING, Corpus.source(Path.of("/b")), List.of())),
            List.of());
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

  private static Group group(int origin, String stage, long records) {
    String reason = stage.isEmpty() ? "" : stage + "_reason";
    return new Group(origin, stage, reason, records, "f.jsonl record 1: why");
  }
}
