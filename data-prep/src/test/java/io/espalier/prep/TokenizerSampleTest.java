package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import io.espalier.text.BalancedDomainWeights;
import io.espalier.text.DomainWeights;
import io.espalier.text.GivenDomainWeights;
import io.espalier.text.PackingMethod;
import io.espalier.text.PackingSettings;
import io.espalier.text.ProportionalDomainWeights;
import io.espalier.text.Remainder;
import io.espalier.text.TokenizerSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenizerSampleTest {
  private static final PreparedDocuments DOCUMENTS =
      new PreparedDocuments(
          0,
          0,
          "",
          List.of(),
          List.of(
              new DomainCounts("code", "training", "train", 10, 8_000),
              new DomainCounts("code", "training", "test", 10, 50_000),
              new DomainCounts("law", "training", "train", 10, 2_000),
              new DomainCounts("poem", "evaluation", "train", 10, 70_000)),
          "",
          List.of(),
          List.of());

  private static Map<String, Double> fractions(long sampleBytes, DomainWeights weights) {
    return TokenizerSample.of(new TokenizerSettings("", 300, sampleBytes, weights), DOCUMENTS)
        .fractions();
  }

  @Test
  void weightsDivideTheBytesOfTheSample() {
    assertThat(fractions(1_000, new ProportionalDomainWeights()))
        .isEqualTo(Map.of("code", 0.1, "law", 0.1));
    assertThat(fractions(1_000, new BalancedDomainWeights()))
        .isEqualTo(Map.of("code", 500 / 8_000.0, "law", 0.25));
    assertThat(fractions(1_000, new GivenDomainWeights(Map.of("code", 3.0, "law", 1.0))))
        .hasEntrySatisfying("code", f -> assertThat(f).isCloseTo(750 / 8_000.0, within(1e-12)))
        .hasEntrySatisfying("law", f -> assertThat(f).isCloseTo(0.125, within(1e-12)));
  }

  @Test
  void aDomainGivesNoMoreThanItHas() {
    assertThat(fractions(8_000, new BalancedDomainWeights()))
        .isEqualTo(Map.of("code", 0.5, "law", 1.0));
  }

  @Test
  void whatCannotBeASampleIsRefused() {
    assertThatThrownBy(() -> fractions(10, new GivenDomainWeights(Map.of("cod", 1.0, "law", 1.0))))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "tokenizer.domain_weights.weights names cod, law but must name each training domain:"
                + " code, law");
    assertThatThrownBy(() -> new GivenDomainWeights(Map.of("law", 0.0)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("weights of law is 0.0 but must be above 0");
    assertThatThrownBy(() -> fractions(0, new BalancedDomainWeights()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("domain_weights divide a sample but sample_bytes is 0");
    assertThatThrownBy(() -> fractions(-1, new BalancedDomainWeights()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("sample_bytes is -1");
  }

  @Test
  void aRunThatWasPackedBeforeThereWereMethodsIsStillTheSame() {
    assertThat(Fingerprint.json(PackSequences.inputs(new PackingSettings(16, Remainder.PAD))))
        .isEqualTo("{\"remainder\":\"PAD\",\"sequence_length_tokens\":16}");
    assertThat(
            Fingerprint.json(
                PackSequences.inputs(
                    new PackingSettings(16, PackingMethod.BEST_FIT, Remainder.PAD))))
        .contains("\"method\":\"BEST_FIT\"");
  }
}
