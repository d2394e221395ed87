package io.espalier.prep.input;

import com.ibm.icu.text.CharsetDetector;
import com.ibm.icu.text.CharsetMatch;
import io.espalier.config.ConfigException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * In which encoding a text is, told from its bytes.
 *
 * <p>In this order: a byte order mark; zeros at every second place (UTF-16); valid UTF-8, or more
 * valid than broken sequences of it; what the text says of itself (a page's {@code charset}); then
 * statistics of letters (ICU's detector) over what stands around the bytes that aren't ASCII. Where
 * these don't know, Windows-1252, as browsers do: it contains Latin-1, whose name is given to both.
 */
public final class Encodings {
  public static final String AUTO = "auto";
  public static final String UTF_8 = "utf-8";

  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** Text has a form feed here and there; what is more than this is a picture or a program. */
  private static final double MOST_CONTROLS = 0.02;

  /** The detector looks at no more. */
  private static final int EXTRACT_BYTES = 8000;

  private static final int CONTEXT_BYTES = 48;

  private Encodings() {}

  /** Refuses what is neither {@code auto} nor a character set. */
  public static void check(String key, String encoding) {
    if (!encoding.equals(AUTO) && named(encoding).isEmpty()) {
      throw new ConfigException(
          "%s is %s but must be auto or a character set such as utf-8, utf-16, windows-1252 or shift_jis"
              .formatted(key, encoding));
    }
  }

  /** The character set of that name, as browsers read it. */
  static Optional<Charset> named(String name) {
    try {
      String known = name.strip().toLowerCase(Locale.ROOT);
      boolean latin =
          known.equals("iso-8859-1") || known.equals("latin1") || known.equals("us-ascii");
      return latin
          ? Optional.of(WINDOWS_1252)
          : Charset.isSupported(known) ? Optional.of(Charset.forName(known)) : Optional.empty();
    } catch (IllegalCharsetNameException e) {
      return Optional.empty();
    }
  }

  /**
   * The encoding of a text by its beginning; nothing if that isn't text.
   *
   * @param declared what the text, or who sent it, says of it; empty if nothing
   */
  static Optional<Charset> detect(byte[] sample, int length, String declared) {
    Optional<Charset> marked = byMark(sample, length);
    if (marked.isPresent()) {
      return marked;
    }
    Optional<Charset> wide = byZeros(sample, length);
    if (wide.isPresent()) {
      return wide;
    }
    Utf8Count utf8 = Utf8Count.of(sample, length);
    if (utf8.broken() == 0 || utf8.valid() > utf8.broken()) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (controls(sample, length) > MOST_CONTROLS * length) {
      return Optional.empty();
    }
    Optional<Charset> said = named(declared).filter(c -> !c.equals(StandardCharsets.UTF_8));
    return said.isPresent() ? said : Optional.of(byStatistics(extract(sample, length)));
  }

  private static Optional<Charset> byMark(byte[] bytes, int length) {
    int first = length < 2 ? 0 : (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    boolean zeros = length >= 4 && bytes[2] == 0 && bytes[3] == 0;
    if (Utf8.byteOrderMark(bytes, length) > 0) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    return switch (first) {
      case 0xFFFE -> Optional.of(zeros ? Charset.forName("UTF-32") : StandardCharsets.UTF_16);
      case 0xFEFF -> Optional.of(StandardCharsets.UTF_16);
      default -> Optional.empty();
    };
  }

  /** UTF-16 without a mark: letters of most scripts in use have a zero in the upper byte. */
  private static Optional<Charset> byZeros(byte[] bytes, int length) {
    int even = 0;
    int odd = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == 0) {
        even += 1 - i % 2;
        odd += i % 2;
      }
    }
    int few = length / 100;
    int many = length / 6;
    if (odd > many && even <= few) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return even > many && odd <= few ? Optional.of(StandardCharsets.UTF_16BE) : Optional.empty();
  }

  private static int controls(byte[] bytes, int length) {
    int controls = 0;
    for (int i = 0; i < length; i++) {
      int b = bytes[i];
      boolean common = b == '\t' || b == '\n' || b == '\r' || b == '\f' || b == 0x1B;
      controls += b >= 0 && b < ' ' && !common ? 1 : 0;
    }
    return controls;
  }

  private static Charset byStatistics(byte[] extract) {
    for (CharsetMatch match : new CharsetDetector().setText(extract).detectAll()) {
      // Those of these that exist were found before; the others are EBCDIC, which no crawl has.
      String name = match.getName();
      boolean plausible = !name.startsWith("UTF-") && !name.startsWith("IBM");
      Optional<Charset> charset = plausible ? named(name) : Optional.empty();
      if (charset.isPresent()) {
        return charset.get();
      }
    }
    return WINDOWS_1252;
  }

  /** What stands around the bytes that aren't ASCII, up to what the detector looks at. */
  private static byte[] extract(byte[] bytes, int length) {
    byte[] extract = new byte[Math.min(length, EXTRACT_BYTES)];
    int size = 0;
    int next = 0;
    for (int i = 0; i < length && size < extract.length; i++) {
      if (bytes[i] < 0) {
        int from = Math.max(next, i - CONTEXT_BYTES);
        int to = Math.min(length, i + CONTEXT_BYTES);
        int count = Math.max(0, Math.min(to - from, extract.length - size));
        System.arraycopy(bytes, from, extract, size, count);
        size += count;
        next = Math.max(next, to);
      }
    }
    return Arrays.copyOf(extract, size);
  }
}
