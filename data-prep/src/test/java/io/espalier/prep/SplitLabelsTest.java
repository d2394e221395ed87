package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.text.Rejection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitLabelsTest {
  private static final SplitLabels TIME = new SplitLabels(SplitType.TIME, Map.of(), Map.of());
  private static final SplitLabels GIVEN =
      new SplitLabels(
          SplitType.GIVEN,
          Map.of("dev", "validation"),
          Map.of(
              "test", List.of("held-out/**", "*-test.jsonl"), "validation", List.of("**/dev.*")));

  @Test
  void aDateIsTheOrderAndWhatIsNoneIsRejectedByItsValue() {
    SplitLabels.OfFile file = TIME.ofFile(Role.TRAINING, "meta.date", "a.jsonl");

    assertThat(file.mark("2024-05-01").order())
        .isEqualTo(Instant.parse("2024-05-01T00:00:00Z").toEpochMilli());
    assertThat(file.mark("May 2024").rejection())
        .hasValue(
            new Rejection("bad_date", "meta.date is \"May 2024\", not " + DocumentTime.FORMS));
    assertThat(file.mark("").rejection())
        .hasValue(new Rejection("no_date", "meta.date is not there or empty"));
  }

  @Test
  void aNameIsASplitOrStandsForOne() {
    SplitLabels.OfFile file = GIVEN.ofFile(Role.TRAINING, "fold", "held-out/a.jsonl");

    assertThat(List.of("train", "dev", "validation", "test"))
        .extracting(name -> file.mark(name).order())
        .containsExactly(0L, 1L, 1L, 2L);
    assertThat(file.mark("Test").rejection())
        .hasValueSatisfying(
            rejection ->
                assertThat(rejection.detail())
                    .isEqualTo(
                        "fold is \"Test\", which neither is a split nor stands in data.split.names"));
  }

  @Test
  void whereRecordsDontSayItTheirFileDoes() {
    assertThat(
            List.of(
                "a.jsonl",
                "sub/dev.txt",
                "dev.txt",
                "held-out/x/dev.txt",
                "b-test.jsonl",
                "c/b-test.jsonl"))
        .extracting(path -> GIVEN.ofFile(Role.TRAINING, "", path).mark("").order())
        .containsExactly(0L, 1L, 1L, 2L, 2L, 0L);
  }

  @Test
  void nothingIsAskedOfEvaluationDocumentsAndOfThoseThatAHashDivides() {
    assertThat(TIME.ofFile(Role.EVALUATION, "", "a.jsonl").mark(""))
        .isEqualTo(SplitLabels.Mark.NONE);
    assertThat(
            new SplitLabels(SplitType.HASH, Map.of(), Map.of())
                .ofFile(Role.TRAINING, "", "a.jsonl")
                .mark(""))
        .isEqualTo(SplitLabels.Mark.NONE);
  }
}
