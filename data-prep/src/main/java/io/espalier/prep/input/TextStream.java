package io.espalier.prep.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of text as UTF-8.
 *
 * @param utf8 its contents; nothing where it isn't text in any encoding
 * @param beginning what the encoding was told from; empty where it was given
 */
@SuppressWarnings("ArrayRecordComponent") // bytes to look at, compared nowhere
record TextStream(Optional<InputStream> utf8, byte[] beginning) {
  /** As much of a file as its encoding is told from: letters with accents may come late. */
  private static final int SAMPLE_BYTES = 1 << 20;

  /** Where browsers stop to look for it, and some more. */
  private static final int PROLOGUE_BYTES = 1 << 12;

  private static final Pattern CHARSET =
      Pattern.compile("(?i)(?:charset|encoding)\\s*=\\s*[\"']?\\s*([a-z0-9_:.-]+)");

  /**
   * Opens it.
   *
   * @param in unpacked; owned by the stream that is given back, or by the caller where there is
   *     none
   * @param encoding a character set, or {@link Encodings#AUTO}; pages say it themselves
   */
  static TextStream of(InputStream in, RecordFormat format, String encoding) throws IOException {
    boolean utf8 = encoding.equalsIgnoreCase(Encodings.UTF_8);
    boolean told = encoding.equals(Encodings.AUTO) || (utf8 && format == RecordFormat.HTML);
    return told ? detected(in, format) : given(in, utf8 ? "" : encoding);
  }

  /** What a page's first kilobytes say of its encoding; empty if nothing. */
  static String declared(byte[] page, int length) {
    int prologue = Math.min(length, PROLOGUE_BYTES);
    Matcher matcher = CHARSET.matcher(new String(page, 0, prologue, StandardCharsets.ISO_8859_1));
    return matcher.find() ? matcher.group(1) : "";
  }

  private static TextStream given(InputStream in, String encoding) {
    InputStream stream =
        Encodings.named(encoding).<InputStream>map(c -> new Transcoded(in, c)).orElse(in);
    return new TextStream(Optional.of(stream), new byte[0]);
  }

  private static TextStream detected(InputStream in, RecordFormat format) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    buffered.mark(SAMPLE_BYTES);
    byte[] sample = sample(buffered);
    buffered.reset();
    String declared = format == RecordFormat.HTML ? declared(sample, sample.length) : "";
    Optional<Charset> charset = Encodings.detect(sample, sample.length, declared);
    Optional<InputStream> stream =
        charset.map(c -> c.equals(StandardCharsets.UTF_8) ? buffered : new Transcoded(buffered, c));
    return new TextStream(stream, sample);
  }

  private static byte[] sample(InputStream in) throws IOException {
    byte[] sample = new byte[SAMPLE_BYTES];
    int size = 0;
    try {
      int count = in.read(sample, 0, SAMPLE_BYTES);
      while (count > 0) {
        size += count;
        count = in.read(sample, size, SAMPLE_BYTES - size);
      }
    } catch (DamagedFileException e) {
      // The reader meets the damage again and reports it.
    }
    return Arrays.copyOf(sample, size);
  }
}
