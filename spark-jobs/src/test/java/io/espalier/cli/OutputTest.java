package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputTest {
  private record Inner(int someValue) {}

  private record Outer(Optional<Inner> there, Optional<Inner> missing) {}

  @Test
  void anOptionalIsItsValueOrNull() {
    assertThat(Output.json(new Outer(Optional.of(new Inner(3)), Optional.empty())))
        .isEqualToIgnoringWhitespace("{\"there\": {\"some_value\": 3}, \"missing\": null}");
  }
}
