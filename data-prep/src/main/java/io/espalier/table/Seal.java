package io.espalier.table;

import io.espalier.config.FormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The SHA-256 of files as they were written, kept in a file of its own beside them. Its text is
 * what {@code sha256sum -c} reads, between a first line that says what it is of and a last one with
 * the hash of the lines before, so that a seal that was damaged or moved is known for that.
 *
 * @param subject what was sealed, in words without a line's end
 * @param files lower-case hexadecimal SHA-256 by path, relative to the folder that the seal is of
 */
public record Seal(String subject, SortedMap<String, String> files) {
  private static final String FIRST = "# of ";
  private static final String LAST = "# SHA-256 of the lines above: ";
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");
  private static final int READ_BYTES = 1 << 16;

  public Seal {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /** Of one small file. */
  public static Seal of(String name, byte[] bytes) {
    return new Seal(name, new TreeMap<>(Map.of(name, sha256(bytes))));
  }

  /** What is written. */
  public String text() {
    StringBuilder lines = new StringBuilder(FIRST + subject + "\n");
    files.forEach((file, hash) -> lines.append(hash).append("  ").append(file).append("\n"));
    return lines + LAST + sha256(lines.toString().getBytes(StandardCharsets.UTF_8)) + "\n";
  }

  /**
   * Reads a seal.
   *
   * @param file what to call it in messages
   * @param subject what it must be of
   * @throws FormatException if it isn't what was written, or is of something else
   */
  public static Seal parse(String file, String subject, String text) {
    int last = text.lastIndexOf(LAST);
    String lines = last < 0 ? "" : text.substring(0, last);
    String hash = sha256(lines.getBytes(StandardCharsets.UTF_8));
    if (last < 0 || !text.substring(last).equals(LAST + hash + "\n")) {
      throw new FormatException("%s was changed after it was written".formatted(file));
    }
    SortedMap<String, String> files = new TreeMap<>();
    lines
        .lines()
        .map(LINE::matcher)
        .filter(Matcher::matches)
        .forEach(line -> files.put(line.group(2), line.group(1)));
    if (!lines.startsWith(FIRST + subject + "\n")) {
      throw new FormatException(
          "%s isn't of %s: it was moved or copied there".formatted(file, subject));
    }
    return new Seal(subject, files);
  }

  /** Lower-case hexadecimal SHA-256. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** Of all that a stream still has; the caller closes it. */
  public static String sha256(InputStream in) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[READ_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** SHA-256 of nothing so far. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
