package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.prep.DomainSettings.Limits;
import io.espalier.prep.LimitPlan.Size;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LimitPlanTest {
  private static final SortedMap<String, Size> SIZES =
      new TreeMap<>(
          Map.of(
              "books", new Size(10, 8000), "law", new Size(100, 1500), "chat", new Size(50, 500)));

  @Test
  void onlyDomainsBeyondTheirLimitsAreCut() {
    assertThat(LimitPlan.of(new Limits(60, 2000, 1, Map.of()), SIZES))
        .containsExactly(
            Map.entry("books", new Size(10, 2000)), Map.entry("law", new Size(60, 1500)));
    assertThat(LimitPlan.of(new Limits(0, 1000, 1, Map.of("books", 9000L)), SIZES))
        .containsExactly(Map.entry("law", new Size(100, 1000)));
  }

  @Test
  void afterCuttingNoDomainHasMoreThanItsShareAndNoneIsCutMoreThanThat() {
    Random random = new Random(3);
    for (int trial = 0; trial < 500; trial++) {
      SortedMap<String, Size> sizes = new TreeMap<>();
      int domains = 2 + random.nextInt(8);
      for (int d = 0; d < domains; d++) {
        sizes.put("d" + d, new Size(1, 1000 + (long) (1e6 * Math.pow(random.nextDouble(), 4))));
      }
      double share = 1.0 / domains + random.nextDouble() * (1 - 1.0 / domains) + 1e-9;

      SortedMap<String, Size> cut = LimitPlan.of(new Limits(0, 0, share, Map.of()), sizes);

      SortedMap<String, Size> left = new TreeMap<>(sizes);
      left.putAll(cut);
      double all = left.values().stream().mapToLong(Size::bytes).sum();
      left.forEach(
          (domain, size) -> {
            assertThat(size.bytes() / all).isLessThanOrEqualTo(share + 1e-2);
            if (cut.containsKey(domain)) {
              assertThat(size.bytes() / all).isGreaterThan(share - 1e-2);
            }
          });
    }
  }

  @Test
  void whatCannotBeKeptIsRefused() {
    assertThatThrownBy(() -> LimitPlan.of(new Limits(0, 0, 0.2, Map.of()), SIZES))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.domains.limits.maximum_share is 0.2 but there are 3 training domains, one of which always has a share of 0.333 or more; 0.334 would work");
    assertThatThrownBy(() -> LimitPlan.of(new Limits(0, 0, 1, Map.of("poems", 1L)), SIZES))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "data.domains.limits.maximum_bytes_of names poems but the training domains are books, chat, law");
  }
}
