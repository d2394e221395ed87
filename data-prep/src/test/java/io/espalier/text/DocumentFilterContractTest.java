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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every member of the family promises. A new member needs a line in EXAMPLES and no more. */
class DocumentFilterContractTest {
  private static final Map<Class<?>, DocumentFilter> EXAMPLES =
      Map.of(LengthFilter.class, new LengthFilter(5, 20));

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "short",
          "\ud83d\ude00\ud83d\ude00",
          "A sentence.",
          "word ".repeat(5000),
          "\ud800");

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
