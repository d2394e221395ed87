package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much will be scored, known from settings and folders alone. */
class PlannedScoringTest {
  @TempDir private Path folder;
  private TinyExperiment tiny;

  @BeforeEach
  void writeTheExperiment() throws IOException {
    tiny = TinyExperiment.in(folder);
  }

  @Test
  void everyCheckpointIsAskedAboutEveryDomainAndAnAverageForOneAboutThatOne() {
    // Four domains, two splits, four sequences; seed, dense and three experts.
    assertThat(planned()).hasValue(new PlannedScoring(5, 5 * 32, 1 + 4, 32 + 4 * 8));
  }

  @Test
  void withoutASeedAndWithFewerExpertsThereIsLess() {
    assertThat(planned("training.seed_share=0", "experts.domains=[law, code]"))
        .hasValue(new PlannedScoring(3, 3 * 32, 5, 64));
  }

  @Test
  void rulesNameTheirDomains() {
    assertThat(
            planned(
                "data.training[0].domain={type: rules, rules: [{domain: prose, matches: {path: law}}], otherwise: rest}"))
        .hasValue(new PlannedScoring(4, 4 * 3 * 8, 1 + 3, 24 + 3 * 8));
  }

  @Test
  void whatOnlyTheTextCanTellIsNotGuessed() {
    assertThat(planned("data.training[0].domain={type: field, field: source}")).isEmpty();
    assertThat(planned("scoring.maximum_sequences_per_split=0")).isEmpty();
  }

  private Optional<PlannedScoring> planned(String... overrides) {
    ExperimentSettings settings = tiny.to(folder.resolve("run"), overrides).settings();
    return PlannedScoring.of(settings, Preflight.checkText(settings, new Configuration()));
  }
}
