package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import org.junit.jupiter.api.Test;

class LengthFilterTest {

  @Test
  void boundsAreIncludedAndCountCodePoints() {
    LengthFilter filter = new LengthFilter(2, 3);

    assertThat(filter.reasonToReject("ab")).isEmpty();
    assertThat(filter.reasonToReject("\ud83d\ude00\ud83d\ude00\ud83d\ude00")).isEmpty();
    assertThat(filter.reasonToReject("\ud83d\ude00"))
        .contains(new Rejection("too_short", "1 characters, minimum_characters is 2"));
    assertThat(filter.reasonToReject("abcd"))
        .contains(new Rejection("too_long", "4 characters, maximum_characters is 3"));
  }

  @Test
  void boundsThatNothingFitsAreRefused() {
    assertThatThrownBy(() -> new LengthFilter(10, 9))
        .isInstanceOf(ConfigException.class)
        .hasMessage("maximum_characters is 9 but must be at least minimum_characters (10) and 1");
    assertThatThrownBy(() -> new LengthFilter(-1, 9))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("minimum_characters is -1");
  }
}
