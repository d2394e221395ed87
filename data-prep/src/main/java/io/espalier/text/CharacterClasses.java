package io.espalier.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/** The four character classes of the GPT-2 pattern, one byte per code point (1.1 MB). */
final class CharacterClasses {
  static final byte OTHER = 0;
  static final byte LETTER = 1;
  static final byte NUMBER = 2;
  static final byte SPACE = 3;

  private static final String RESOURCE = "gpt2-character-classes.txt";
  private static final byte[] CLASSES = load();

  private CharacterClasses() {}

  /** The class of a code point; an unpaired surrogate is of the class of U+FFFD. */
  static byte of(int codePoint) {
    return CLASSES[codePoint];
  }

  private static byte[] load() {
    byte[] classes = new byte[Character.MAX_CODE_POINT + 1];
    InputStream resource = CharacterClasses.class.getResourceAsStream(RESOURCE);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(resource, RESOURCE), StandardCharsets.US_ASCII))) {
      in.lines().filter(line -> !line.startsWith("#")).forEach(line -> fill(classes, line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes;
  }

  private static void fill(byte[] classes, String line) {
    String[] range = line.split(" ", -1);
    int first = Integer.parseInt(range[1], 16);
    int last = Integer.parseInt(range[2], 16);
    Arrays.fill(classes, first, last + 1, classNamed(range[0]));
  }

  private static byte classNamed(String name) {
    return switch (name) {
      case "L" -> LETTER;
      case "N" -> NUMBER;
      case "S" -> SPACE;
      default -> throw new IllegalStateException("Unknown class in " + RESOURCE + ": " + name);
    };
  }
}
