package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BranchPointTest {
  private static final List<String> DOMAINS = List.of("chat", "code", "legal");
  private static final Map<String, Double> POSTERIOR =
      Map.of("chat", 0.1, "code", 0.3, "legal", 0.6);

  @ParameterizedTest
  @ValueSource(strings = {"seed", "uniform", "nearest", "posterior", "given:chat=0.25,legal=0.75"})
  void whatIsWrittenIsReadAgain(String text) {
    BranchPoint point = BranchPoint.parse("--from", text);
    assertThat(point).hasToString(text).isEqualTo(BranchPoint.parse("--from", point.toString()));
  }

  @Test
  void theRulesGiveTheirShares() {
    assertThat(shares("uniform")).containsExactly(1 / 3.0, 1 / 3.0, 1 / 3.0);
    assertThat(shares("nearest")).containsExactly(0, 0, 1);
    assertThat(shares("posterior")[0]).isCloseTo(0.1, offset(1e-12));
    assertThat(shares("posterior")[2]).isCloseTo(0.6, offset(1e-12));
    assertThat(shares("given:chat=0.25,legal=0.75")).containsExactly(0.25, 0, 0.75);
  }

  @Test
  void aPosteriorThatIsCutOffStillSumsToOne() {
    double[] shares =
        BranchPoint.parse("--from", "posterior").shares(List.of("chat", "code"), POSTERIOR);
    assertThat(shares[0] + shares[1]).isEqualTo(1);
    assertThat(shares[1] / shares[0]).isCloseTo(3, offset(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          neerest | must be seed, uniform, nearest, posterior or given:<domain>=<share>,…
          given:chat=0.5 | sum to 0.5 but must sum to 1
          given:chat=1.5,code=-0.5 | must give each domain one share from 0 to 1
          given:chat | must give each domain one share from 0 to 1
          given:chat=0.5,chat=0.5 | must give each domain one share from 0 to 1
          """)
  void anythingElseIsRefused(String text, String part) {
    assertThatThrownBy(() -> BranchPoint.parse("--from", text))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--from is '" + text + "'")
        .hasMessageContaining(part);
  }

  @Test
  void aShareOfNoExpertIsRefused() {
    assertThatThrownBy(() -> shares("given:poetry=0.5,legal=0.5"))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--from gives poetry a share, but the forest's domains are chat, code, legal");
  }

  private static double[] shares(String text) {
    return BranchPoint.parse("--from", text).shares(DOMAINS, POSTERIOR);
  }
}
