package io.espalier.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CodeVersionTest {
  private static final String COMMIT = "62feed9dd639b6db9e954db36d9d67d4b6ca079d";

  @Test
  void shortenedStillSaysThatTheWorkingTreeDiffered() {
    assertThat(new CodeVersion("0.1.0", COMMIT).shortened()).isEqualTo("0.1.0 (62feed9dd639)");
    assertThat(new CodeVersion("0.1.0", COMMIT + "+changes").shortened())
        .isEqualTo("0.1.0 (62feed9dd639+changes)");
    assertThat(new CodeVersion("0.1.0", "unknown").shortened()).isEqualTo("0.1.0 (unknown)");
  }
}
