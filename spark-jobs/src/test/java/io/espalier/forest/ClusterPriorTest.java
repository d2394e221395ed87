package io.espalier.forest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.espalier.config.ConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterPriorTest {
  private static final PrecedingText TEXT =
      temperature -> Map.of("law", -0.2 / temperature, "sea", -0.5 / temperature, "x", 0.0);

  @Test
  void weighsExpertsByTheTextBeforeAndTheirOwnWeightsOnly() {
    double[] prior = new ClusterPrior(0.1).logPrior(List.of("sea", "law"), TEXT);

    // e^-5 and e^-2, of sum one.
    assertThat(Math.exp(prior[0])).isCloseTo(1 / (1 + Math.exp(3)), within(1e-12));
    assertThat(Math.exp(prior[0]) + Math.exp(prior[1])).isCloseTo(1, within(1e-12));
  }

  @Test
  void isUniformWithoutTextAndWithAnExpertThatIsNoCluster() {
    assertThat(new ClusterPrior(0.1).logPrior(List.of("sea", "law"), PrecedingText.NONE))
        .containsExactly(LogSpace.uniform(2));
    assertThat(new ClusterPrior(0.1).logPrior(List.of("sea", "poems"), TEXT))
        .containsExactly(LogSpace.uniform(2));
  }

  @Test
  void aTemperatureThatIsNotPositiveIsRefused() {
    assertThatThrownBy(() -> new ClusterPrior(0))
        .isInstanceOf(ConfigException.class)
        .hasMessage("temperature is 0.0 but must be positive; c-BTM takes 0.1");
  }
}
