package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.espalier.job.LicenceRows.Documented;
import io.espalier.job.LicenceRows.Stated;
import io.espalier.prep.SourceCounts;
import io.espalier.report.LicenceFact;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LicenceRowsTest {
  private static final Stated MIT = new Stated("MIT", "https://a", false);
  private static final Stated EACH = new Stated("CC0", "", true);

  @Test
  void theWordsOfASourceAreThoseOfAllItsText() {
    var rows =
        new LicenceRows(
            Map.of("t0", MIT),
            List.of(counts("t0", "code", "train", 8, 80), counts("t0", "code", "test", 2, 20)),
            List.of(),
            Map.of("code", 50L));
    assertThat(rows.facts())
        .containsExactly(
            new LicenceFact("code", "MIT", "https://a", 1, List.of("t0"), 10, 100, 50));
  }

  @Test
  void whatIsSaidOfDocumentsGoesBeforeWhatIsSaidOfTheirSource() {
    var rows =
        new LicenceRows(
            Map.of("t0", EACH),
            List.of(counts("t0", "law", "train", 10, 100)),
            List.of(new Documented("law", "CC BY 4.0", "a/b", 3, 6, 70)),
            Map.of("law", 1000L));
    assertThat(rows.facts())
        .containsExactly(
            new LicenceFact("law", "CC BY 4.0", "a/b", 3, List.of("t0"), 6, 70, 700),
            new LicenceFact("law", "CC0", "", 0, List.of("t0"), 4, 30, 300));
  }

  @Test
  void severalSourcesOfADomainAreToldApart() {
    var rows =
        new LicenceRows(
            Map.of("t0", MIT, "t1", EACH),
            List.of(
                counts("t0", "law", "train", 5, 50),
                counts("t1", "law", "train", 5, 50),
                counts("t2", "law", "train", 1, 10)),
            List.of(new Documented("law", "CC BY 4.0", "", 0, 5, 50)),
            Map.of());
    assertThat(rows.facts())
        .extracting(LicenceFact::licence, LicenceFact::sources, LicenceFact::documents)
        .containsExactlyInAnyOrder(
            tuple("MIT", List.of("t0"), 5L),
            tuple("CC BY 4.0", List.of("t1"), 5L),
            tuple("", List.of("t2"), 1L));
    assertThat(rows.facts().stream().mapToLong(LicenceFact::documents).sum()).isEqualTo(11);
  }

  private static SourceCounts counts(
      String source, String domain, String split, long documents, long bytes) {
    return new SourceCounts(source, domain, "training", split, documents, bytes);
  }
}
