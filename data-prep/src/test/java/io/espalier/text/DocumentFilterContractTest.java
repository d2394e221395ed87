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
class DocumentFilterContractTest {
  private static final Map<Class<?>, DocumentFilter> EXAMPLES =
      Map.of(
          LengthFilter.class, new LengthFilter(5, 20),
          CharactersFilter.class, new CharactersFilter(0.3, 0.3, 0.9, 0.001, 10_000, 100, 0.2, 1),
          GopherQualityFilter.class,
              new GopherQualityFilter(
                  2, 100, 2, 12, 0.1, 0.9, 0.3, 0.8, 1, List.of("the", "a", "to")),
          GopherRepetitionFilter.class,
              new GopherRepetitionFilter(
                  0.3, 0.2, 0.3, 0.2, List.of(0.2, 0.18, 0.16), List.of(0.15), 0),
          C4Filter.class, new C4Filter(1, true, true),
          LanguageFilter.class, new LanguageFilter(List.of("en"), 0.05, true, 300));

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "short",
          "\ud83d\ude00\ud83d\ude00",
          "A sentence.",
          "word ".repeat(5000),
          "\ud800",
          "Diese Zeilen sind auf Deutsch geschrieben und gehören nicht in einen englischen Korpus.",
          "The quick brown fox jumps over a lazy dog to reach the other side of the road.");

  static Stream<DocumentFilter> members() {
    return Arrays.stream(DocumentFilter.class.getPermittedSubclasses())
        .map(DocumentFilterContractTest::example);
  }

  private static DocumentFilter example(Class<?> member) {
    return Optional.ofNullable(EXAMPLES.get(member))
        .orElseThrow(() -> new AssertionError("No example of " + member));
  }

  @ParameterizedTest
  @MethodSource("members")
  void isARecordWithANameInYaml(DocumentFilter filter) {
    assertThat(filter.getClass()).isRecord().hasAnnotation(JsonTypeName.class);
  }

  @ParameterizedTest
  @MethodSource("members")
  void givesTheSameAnswerTwice(DocumentFilter filter) {
    for (String text : TEXTS) {
      assertThat(filter.reasonToReject(text)).isEqualTo(filter.reasonToReject(text));
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void keepsSomeTextAndDropsSomeWithAReason(DocumentFilter filter) {
    List<Optional<Rejection>> answers = TEXTS.stream().map(filter::reasonToReject).toList();
    assertThat(answers).contains(Optional.empty());
    assertThat(answers.stream().flatMap(Optional::stream))
        .isNotEmpty()
        .allSatisfy(
            rejection -> {
              assertThat(rejection.reason()).matches("[a-z][a-z_]*");
              assertThat(rejection.detail()).isNotBlank();
            });
  }

  @ParameterizedTest
  @MethodSource("members")
  void answersForHostileTextInTimeThatGrowsWithItsLength(DocumentFilter filter) {
    HostileTexts.small().forEach(filter::reasonToReject);
    for (String text : HostileTexts.large()) {
      String beginning = text.substring(0, 8);
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> filter.reasonToReject(text), () -> beginning);
    }
  }

  @ParameterizedTest
  @MethodSource("members")
  void answersTheSameAfterTravelling(DocumentFilter filter) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(filter);
    Object arrived =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(arrived).isEqualTo(filter);
  }

  @ParameterizedTest
  @MethodSource("members")
  void survivesBeingWrittenAsSettings(DocumentFilter filter) throws IOException {
    ObjectMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    mapper.registerSubtypes(DocumentFilter.class.getPermittedSubclasses());
    String json = mapper.writerFor(DocumentFilter.class).writeValueAsString(filter);
    assertThat(mapper.readValue(json, DocumentFilter.class)).isEqualTo(filter);
  }
}
