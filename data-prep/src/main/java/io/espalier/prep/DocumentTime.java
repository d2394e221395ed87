package io.espalier.prep;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * When a document was written, as records say it: ISO 8601, from a year down to a fraction of a
 * second, or seconds, milliseconds or microseconds since 1970. Where an offset is missing it is
 * UTC, where a month, day or hour is missing it is the first.
 *
 * <p>Nothing is guessed: other notations, and days that the calendar doesn't have, are no time.
 */
final class DocumentTime {
  /** Which of the three a number is follows from its digits: seconds of the years 1973 to 2286. */
  private static final Pattern SECONDS = Pattern.compile("\\d{9,10}(\\.\\d*)?|\\d\\.\\d+E[89]");

  private static final Pattern MILLISECONDS = Pattern.compile("\\d{12,13}");
  private static final Pattern MICROSECONDS = Pattern.compile("\\d{15,16}");

  /** A date, a {@code T} and more. */
  private static final int DATE_LENGTH = 10;

  private static final DateTimeFormatter DAY =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu[-MM[-dd]]")
          .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
          .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
          .toFormatter(java.util.Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final DateTimeFormatter MOMENT =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffset("+HH:MM", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHMM", "Z")
          .optionalEnd()
          .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
          .toFormatter(java.util.Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  /** What is understood, for sentences. */
  static final String FORMS = "ISO 8601 (2024-05-31, 2024-05-31T12:00:00Z) or seconds since 1970";

  private DocumentTime() {}

  /** Milliseconds since 1970 in UTC; nothing if the text is no time. */
  static OptionalLong milliseconds(String text) {
    String value = text.strip();
    try {
      if (SECONDS.matcher(value).matches()) {
        return OptionalLong.of(new BigDecimal(value).movePointRight(3).longValue());
      }
      if (MILLISECONDS.matcher(value).matches()) {
        return OptionalLong.of(Long.parseLong(value));
      }
      if (MICROSECONDS.matcher(value).matches()) {
        return OptionalLong.of(Long.parseLong(value) / 1000);
      }
      return OptionalLong.of(iso(value).toEpochMilli());
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  private static Instant iso(String value) {
    if (value.length() <= DATE_LENGTH) {
      boolean basic = value.length() == 8 && value.indexOf('-') < 0;
      DateTimeFormatter form = basic ? DateTimeFormatter.BASIC_ISO_DATE : DAY;
      return LocalDate.parse(value, form).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    // Databases and spreadsheets write a blank where ISO 8601 has a T.
    boolean blank = value.charAt(DATE_LENGTH) == ' ';
    String moment =
        blank ? value.substring(0, DATE_LENGTH) + "T" + value.substring(DATE_LENGTH + 1) : value;
    return MOMENT.parse(moment, Instant::from);
  }
}
