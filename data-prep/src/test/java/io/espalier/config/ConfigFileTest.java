package io.espalier.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigFileTest {
  enum Remainder {
    PAD,
    DROP
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  sealed interface Shape permits Circle, Square {}

  @JsonTypeName("circle")
  record Circle(double radius, String colour) implements Shape {
    Circle {
      Rule.positive("radius", radius);
    }
  }

  @JsonTypeName("square")
  record Square(double width, String colour) implements Shape {}

  record Training(int stepCount, double peakRate, Remainder remainder) {
    Training {
      Rule.positive("step_count", stepCount);
    }
  }

  record Settings(
      String name,
      Training training,
      Shape shape,
      List<Shape> extras,
      List<String> domains,
      Map<String, String> hadoop) {}

  private static final String DEFAULTS =
      """
      name: reference
      training: {step_count: 100, peak_rate: 1.0e-3, remainder: pad}
      shape: {type: circle, radius: 2.0, colour: green}
      extras: []
      domains: [a]
      hadoop: {}
      """;

  private static Settings load(String user, String... overrides) {
    ObjectNode tree = ConfigFile.parse("user.yaml", user);
    Overrides.apply(tree, List.of(overrides));
    return ConfigFile.bind(
        Merge.over(ConfigFile.parse("reference.yaml", DEFAULTS), tree, Settings.class),
        Settings.class);
  }

  private static void refuses(String user, String sentence, String... overrides) {
    assertThatThrownBy(() -> load(user, overrides))
        .isInstanceOf(ConfigException.class)
        .hasMessage(sentence);
  }

  @Test
  void whatTheUserLeavesOutComesFromTheReference() {
    Settings settings = load("training: {step_count: 7}");
    assertThat(settings.training()).isEqualTo(new Training(7, 1e-3, Remainder.PAD));
    assertThat(settings.shape()).isEqualTo(new Circle(2, "green"));
  }

  @Test
  void anotherMemberOfAFamilyKeepsTheDefaultsThatItShares() {
    assertThat(load("shape: {type: square, width: 3}").shape()).isEqualTo(new Square(3, "green"));
  }

  @Test
  void listsReplaceAndTheirElementsAreChecked() {
    assertThat(load("domains: []").domains()).isEmpty();
    assertThat(load("extras: [{type: square, width: 1, colour: red}]").extras())
        .containsExactly(new Square(1, "red"));
    refuses("extras: [{type: square, width: 1}]", "extras[0].colour is missing; it has no default");
  }

  @Test
  void overridesReachNestedKeysListsAndQuotedNames() {
    Settings settings =
        load("domains: [x, y]", "training.step_count=9", "domains[1]=z", "hadoop.'a.b'=c");
    assertThat(settings.training().stepCount()).isEqualTo(9);
    assertThat(settings.domains()).containsExactly("x", "z");
    assertThat(settings.hadoop()).containsEntry("a.b", "c");
  }

  @Test
  void misspeltKeysNameTheKeyThatWasMeant() {
    refuses(
        "training: {step_cuont: 7}",
        "training.step_cuont is not a key; did you mean training.step_count?");
    refuses("trainig: {}", "trainig is not a key; did you mean training?");
    refuses(
        "training: {zzzzzzzz: 7}",
        "training.zzzzzzzz is not a key; known here: peak_rate, remainder, step_count");
    refuses(
        "shape: {type: cirle}",
        "shape.type is cirle but must be one of: circle, square; did you mean circle?");
  }

  @Test
  void wrongTypesNameTheValueAndTheRule() {
    refuses(
        "training: {step_count: many}",
        "training.step_count is \"many\" but must be a whole number");
    refuses("training: {step_count: 1.5}", "training.step_count is 1.5 but must be a whole number");
    refuses(
        "training: {remainder: keep}",
        "training.remainder is \"keep\" but must be one of: pad, drop");
    refuses("training: 3", "training is 3 but must be a section with keys of its own");
    refuses("domains: a", "domains is \"a\" but must be a list such as [a, b]");
  }

  @Test
  void aRecordsOwnRuleIsToldWithTheWholePath() {
    refuses("training: {step_count: 0}", "training.step_count is 0 but must be positive");
    refuses("shape: {radius: -1}", "shape.radius is -1 but must be positive");
    refuses(
        "extras: [{type: circle, radius: 0, colour: x}]",
        "extras[0].radius is 0 but must be positive");
  }

  @Test
  void enumValuesAreReadInEitherCase() {
    assertThat(load("training: {remainder: DROP}").training().remainder())
        .isEqualTo(Remainder.DROP);
  }

  @Test
  void duplicateKeysAndBrokenYamlAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> ConfigFile.parse("user.yaml", "name: a\nname: b\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("user.yaml is not valid YAML: line 2")
        .hasMessageContaining("Duplicate");
    assertThatThrownBy(() -> ConfigFile.parse("user.yaml", "a: [1,\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("user.yaml is not valid YAML: line");
    assertThatThrownBy(() -> ConfigFile.parse("user.yaml", "- a\n"))
        .hasMessage(
            "user.yaml must hold keys such as \"name: my-experiment\" at its top level, but holds: array");
  }

  @Test
  void malformedOverridesAreRefused() {
    refuses(
        "name: a",
        "--set training.step_count has no value; write it as key=value, for example"
            + " training.steps=200",
        "training.step_count");
    refuses(
        "domains: [a]",
        "--set domains[4]: the file's list has 1 elements, so the last index is 0",
        "domains[4]=b");
  }

  @Test
  void theResolvedTreeWritesAsYamlThatReadsBackTheSame() {
    ObjectNode resolved =
        Merge.over(
            ConfigFile.parse("reference.yaml", DEFAULTS),
            ConfigFile.parse("user.yaml", "name: \"12\""),
            Settings.class);
    assertThat(ConfigFile.parse("again", ConfigFile.toYaml(resolved))).isEqualTo(resolved);
  }

  @Test
  void environmentReferencesResolveWhereUsedAndAreRefusedElsewhere() {
    assertThat(EnvironmentReferences.resolve("k", "x-${env:KEY}-y", Map.of("KEY", "s$cret")))
        .isEqualTo("x-s$cret-y");
    assertThatThrownBy(() -> EnvironmentReferences.resolve("k", "${env:NONE}", Map.of()))
        .hasMessage(
            "k refers to ${env:NONE} but that environment variable is not set; export it first");
    assertThatThrownBy(
            () ->
                EnvironmentReferences.refuseOutside(
                    "hadoop",
                    ConfigFile.parse("f", "a: {b: ['${env:X}']}\nhadoop: {c: '${env:Y}'}")))
        .hasMessage(
            "a.b[0] is ${env:X} but environment references are for secrets and only allowed below"
                + " hadoop");
  }
}
