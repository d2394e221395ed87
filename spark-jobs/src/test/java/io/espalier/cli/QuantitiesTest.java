package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "999, 999",
    "1000, 1.00 k",
    "999499, 999 k",
    "999500, 1.00 M",
    "12345678, 12.3 M",
    "3.2e15, 3.20 P",
    "0.5, 0.50"
  })
  void countsHaveThreeDigitsAndAPrefix(double value, String text) {
    assertThat(Quantities.count(value)).isEqualTo(text);
  }

  @Test
  void bytesKeepTheirUnit() {
    assertThat(Quantities.bytes(512)).isEqualTo("512 B");
    assertThat(Quantities.bytes(1_210_000_000L)).isEqualTo("1.21 GB");
  }

  @ParameterizedTest
  @CsvSource({
    "0.04, 0.0 s",
    "9.94, 9.9 s",
    "9.96, 10 s",
    "59.4, 59 s",
    "59.6, 1 min 00 s",
    "185, 3 min 05 s",
    "7440, 2 h 04 min",
    "266400, 3 d 02 h"
  })
  void durationsAreRoundedToWhatMatters(double seconds, String text) {
    assertThat(Quantities.duration(seconds)).isEqualTo(text);
  }
}
