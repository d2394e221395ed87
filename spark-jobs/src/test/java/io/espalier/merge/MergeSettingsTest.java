package io.espalier.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.config.ConfigFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeSettingsTest {
  record Holder(List<MergeSettings> merge) {}

  @Test
  void areReadFromYaml() {
    assertThat(read("name: a-1, method: {type: linear}, weights: {type: posterior}, targets: each"))
        .isEqualTo(
            new MergeSettings("a-1", new LinearMerge(), new PosteriorWeights(), MergeTargets.EACH));
  }

  @Test
  void travelToExecutors() throws IOException, ClassNotFoundException {
    MergeSettings settings =
        new MergeSettings(
            "given",
            new LinearMerge(),
            new GivenWeights(Map.of("legal", 0.25, "code", 0.75)),
            MergeTargets.ALL);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(settings);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(settings);
    }
  }

  @Test
  void targetsThatDoNotFitTheWeightsAreRefused() {
    assertThatThrownBy(
            () -> read("name: p, method: {type: linear}, weights: {type: posterior}, targets: all"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "merge[0].targets is all but posterior weights are those of one target domain; each"
                + " would work");
    assertThatThrownBy(
            () -> read("name: u, method: {type: linear}, weights: {type: uniform}, targets: each"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("all would work");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "With Capitals", "../up", "a/b", "ümlaut"})
  void namesThatCannotBeFoldersAreRefused(String name) {
    assertThatThrownBy(
            () ->
                read(
                    "name: '%s', method: {type: linear}, weights: {type: uniform}, targets: all"
                        .formatted(name)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("merge[0].name is '" + name + "' but may only have");
  }

  private static MergeSettings read(String settings) {
    return ConfigFile.bind(ConfigFile.parse("test", "merge: [{" + settings + "}]"), Holder.class)
        .merge()
        .get(0);
  }
}
