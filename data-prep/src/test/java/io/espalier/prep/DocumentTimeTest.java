package io.espalier.prep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentTimeTest {
  @ParameterizedTest
  @CsvSource({
    "2024-02-29, 2024-02-29T00:00:00Z",
    "2024-02, 2024-02-01T00:00:00Z",
    "2024, 2024-01-01T00:00:00Z",
    "20240229, 2024-02-29T00:00:00Z",
    "0987-06-05, 0987-06-05T00:00:00Z",
    "2024-02-29T10:11:12Z, 2024-02-29T10:11:12Z",
    "2024-02-29T10:11:12.3456Z, 2024-02-29T10:11:12.345Z",
    "2024-02-29T10:11:12+02:00, 2024-02-29T08:11:12Z",
    "2024-02-29T10:11:12-0130, 2024-02-29T11:41:12Z",
    "2024-02-29 10:11:12, 2024-02-29T10:11:12Z",
    "2024-02-29T10:11, 2024-02-29T10:11:00Z",
    "1714560000, 2024-05-01T10:40:00Z",
    "1714560000.5, 2024-05-01T10:40:00.500Z",
    "1.7145600005E9, 2024-05-01T10:40:00.500Z",
    "1714560000123, 2024-05-01T10:40:00.123Z",
    "1714560000123456, 2024-05-01T10:40:00.123Z",
    "'  2024-02-29 ', 2024-02-29T00:00:00Z",
  })
  void isReadAsRecordsWriteIt(String text, Instant time) {
    assertThat(DocumentTime.milliseconds(text)).hasValue(time.toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2023-02-29",
        "2024-13-01",
        "20241301",
        "2024-2-9",
        "05/31/2024",
        "31.05.2024",
        "Fri, 31 May 2024 10:00:00 GMT",
        "2024-02-29T25:00:00Z",
        "2024-02-29T10:11:12 CET",
        "2024-02-29x10:11:12",
        "12345",
        "-1714560000",
        "17145600001234567890",
      })
  void isNotGuessed(String text) {
    assertThat(DocumentTime.milliseconds(text)).isEmpty();
  }
}
