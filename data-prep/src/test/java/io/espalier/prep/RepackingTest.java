package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepackingTest {
  private static final List<StreamDigest> PACKED =
      List.of(digest("code", "train", 1), digest("law", "test", 2), digest("law", "train", 3));

  @Test
  void withoutWindowsOrWithOtherSettingsEverythingIsPacked() {
    assertThat(Repacking.of("now", PACKED, Optional.empty()).isWhole()).isTrue();
    assertThat(Repacking.of("now", PACKED, Optional.of(summary("before"))).isWhole()).isTrue();
  }

  @Test
  void whatIsTheSameStaysAndWhatChangedCameOrWentIsStale() {
    List<StreamDigest> documents =
        List.of(digest("law", "test", 2), digest("law", "train", 4), digest("news", "train", 5));

    Repacking repacking = Repacking.of("now", documents, Optional.of(summary("now")));

    assertThat(repacking.kept()).containsExactly(totals("law", "test"));
    assertThat(repacking.stale())
        .containsExactlyInAnyOrder(
            List.of("code", "train"), List.of("law", "train"), List.of("news", "train"));
  }

  @Test
  void aStreamThatWasAddedOfWhichNothingIsNotedIsStale() {
    PackSequences.Summary grown = summary("now").with(List.of(totals("law", "train-2")));

    assertThat(Repacking.of("now", PACKED, Optional.of(grown)).stale())
        .containsExactly(List.of("law", "train-2"));
  }

  private static PackSequences.Summary summary(String recipe) {
    List<StreamTotals> streams = PACKED.stream().map(d -> totals(d.domain(), d.split())).toList();
    return new PackSequences.Summary(streams, recipe, PACKED);
  }

  private static StreamDigest digest(String domain, String split, long parity) {
    return new StreamDigest(domain, "training", split, 1, parity, "7");
  }

  private static StreamTotals totals(String domain, String split) {
    return new StreamTotals(domain, "training", split, 1, 10, 20, 0);
  }
}
