package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.espalier.config.ConfigException;
import io.espalier.domain.FixedDomainSharder;
import io.espalier.prep.input.FieldMapping;
import io.espalier.prep.input.RecordFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitSettingsTest {
  @Test
  void splitsByHashAreWrittenAsTheyWereBeforeThereWereOthers() {
    assertThat(Fingerprint.json(new SplitSettings(0.1, 0.2)))
        .isEqualTo("{\"test_fraction\":0.2,\"validation_fraction\":0.1}");
    assertThat(Fingerprint.json(new FieldMapping("id", "text", "source")))
        .isEqualTo("{\"id\":\"id\",\"source\":\"source\",\"text\":\"text\"}");
    assertThat(Fingerprint.json(byTime("2024", "2025")))
        .contains("\"type\":\"TIME\"", "\"test_from\":\"2025\"");
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertRefused(
        () -> byTime("2025", "2024-12-31"), "validation_from is 2025 but must lie before");
    assertRefused(() -> byTime("2024", "soon"), "test_from is \"soon\" but must be ISO 8601");
    assertRefused(
        () -> byTime("", "2024"),
        "test_from is 2024 but validation_from is empty and validation_fraction 0.1");
    assertRefused(
        () -> settings(SplitType.HASH, "", "2024", Map.of(), Map.of()),
        "test_from is set but type is hash; only type time has it");
    assertRefused(
        () -> settings(SplitType.TIME, "", "", Map.of("dev", "validation"), Map.of()),
        "names is set but type is time; only type given has it");
    assertRefused(
        () -> settings(SplitType.GIVEN, "", "", Map.of("dev", "valid"), Map.of()),
        "names.dev has the split \"valid\" but must be one of train, validation, test");
    assertRefused(
        () -> settings(SplitType.GIVEN, "", "", Map.of(), Map.of("dev", List.of("*.txt"))),
        "files has the split \"dev\" but must be one of train, validation, test");
  }

  @Test
  void aSourceSaysWhatItsTypeOfSplitNeedsAndNothingElse() {
    assertRefused(
        () -> data(settings(SplitType.TIME, "", "", Map.of(), Map.of()), ""),
        "split.type is time but training[0].fields.split is empty; the field that holds the date");
    assertRefused(
        () -> data(settings(SplitType.GIVEN, "", "", Map.of(), Map.of()), ""),
        "split.type is given but training[0].fields.split is empty");
    assertRefused(
        () -> data(new SplitSettings(0.1, 0.1), "date"),
        "training[0].fields.split is date but split.type is hash");
    assertThat(
            data(
                    settings(SplitType.GIVEN, "", "", Map.of(), Map.of("test", List.of("test/**"))),
                    "")
                .split()
                .files())
        .containsKey("test");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String beginning) {
    assertThatThrownBy(call).isInstanceOf(ConfigException.class).hasMessageStartingWith(beginning);
  }

  private static SplitSettings byTime(String validationFrom, String testFrom) {
    return settings(SplitType.TIME, validationFrom, testFrom, Map.of(), Map.of());
  }

  private static SplitSettings settings(
      SplitType type,
      String validationFrom,
      String testFrom,
      Map<String, String> names,
      Map<String, List<String>> files) {
    return new SplitSettings(0.1, 0.1, type, validationFrom, testFrom, names, files);
  }

  private static DataSettings data(SplitSettings split, String field) {
    SourceSettings source =
        SourceSettings.of(
            "/data",
            RecordFormat.AUTO,
            new FieldMapping("id", "text", "source", field),
            new FixedDomainSharder("law"));
    return Corpus.settings(List.of(source), split);
  }
}
