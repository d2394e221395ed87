package io.espalier.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every member of the family promises. A new member needs a line in EXAMPLES and no more. */
class TextEditContractTest {
  private static final PersonalDataAction REPLACE = PersonalDataAction.REPLACE;

  /** A member with a text that it changes. */
  private record Example(TextEdit edit, String text) {}

  private static final Map<Class<?>, Example> EXAMPLES =
      Map.of(
          MojibakeEdit.class, new Example(new MojibakeEdit(), "cafÃ©"),
          MarkupEdit.class, new Example(new MarkupEdit(true, true), "<p>One &amp; all.</p>"),
          BoilerplateLinesEdit.class,
              new Example(
                  new BoilerplateLinesEdit(
                      List.of("all rights reserved"), 12, false, 0, true, false, true),
                  "Text.\nAll rights reserved.\n"),
          PersonalDataEdit.class,
              new Example(
                  new PersonalDataEdit(
                      REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE, REPLACE,
                      false),
                  "Write to jane@example.com."));

  static Stream<TextEdit> members() {
    return Arrays.stream(TextEdit.class.getPermittedSubclasses())
        .map(member -> example(member).edit());
  }

  private static Example example(Class<?> member) {
    return Optional.ofNullable(EXAMPLES.get(member))
        .orElseThrow(() -> new AssertionError("No example of " + member));
  }

  private static Stream<String> texts() {
    return Stream.concat(
        HostileTexts.small().stream(), EXAMPLES.values().stream().map(Example::text));
  }

  @ParameterizedTest
  @MethodSource("members")
  void isARecordWithANameInYaml(TextEdit edit) {
    assertThat(edit.getClass()).isRecord().hasAnnotation(JsonTypeName.class);
  }

  @ParameterizedTest
  @MethodSource("members")
  void countsWhatItChangesAndNothingElse(TextEdit edit) {
    String name = edit.getClass().getAnnotation(JsonTypeName.class).value();
    assertThat(edit.edit(example(edit.getClass()).text()).counts()).isNotEmpty();
    texts()
        .forEach(
            text -> {
              EditedText edited = edit.edit(text);
              assertThat(edited.counts().isEmpty()).as(text).isEqualTo(edited.text().equals(text));
              assertThat(edited.counts().keySet())
                  .allMatch(key -> key.matches(name + "(:[a-z_]+)?"));
              assertThat(edited.counts().values()).allMatch(count -> count > 0);
            });
  }

  @ParameterizedTest
  @MethodSource("members")
  void changesNothingInWhatItHasChanged(TextEdit edit) {
    texts()
        .forEach(
            text -> {
              String edited = edit.edit(text).text();
              assertThat(edit.edit(edited).text()).as(text).isEqualTo(edited);
              assertThat(edit.edit(text)).as(text).isEqualTo(edit.edit(text));
            });
  }

  @ParameterizedTest
  @MethodSource("members")
  void takesNoLongerForHostileTextThanItsLengthSays(TextEdit edit) {
    for (String text : HostileTexts.large()) {
      String beginning = text.substring(0, 8);
      // A million characters take some ten milliseconds; quadratic time would take minutes.
      EditedText edited =
          Assertions.assertTimeoutPreemptively(
              Duration.ofSeconds(20), () -> edit.edit(text), () -> beginning);
      assertThat(edited.text().length()).as(beginning).isLessThanOrEqualTo(text.length() * 2);
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void answersTheSameAfterTravelling(TextEdit edit) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(edit);
    Object arrived =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(arrived).isEqualTo(edit);
  }

  @ParameterizedTest
  @MethodSource("members")
  void survivesBeingWrittenAsSettings(TextEdit edit) throws IOException {
    ObjectMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    mapper.registerSubtypes(TextEdit.class.getPermittedSubclasses());
    String json = mapper.writerFor(TextEdit.class).writeValueAsString(edit);
    assertThat(mapper.readValue(json, TextEdit.class)).isEqualTo(edit);
  }
}
