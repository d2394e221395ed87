package io.espalier.text;

/**
 * A run of text between two block elements of a page.
 *
 * @param linkCharacters how many characters of the text are in links
 * @param heading whether it is one of {@code h1} to {@code h6}
 * @param line whether it is one of several lines, as in a list or a table, and no paragraph
 */
record HtmlBlock(String text, int linkCharacters, boolean heading, boolean line) {
  boolean mostlyLinks() {
    return 2 * linkCharacters > text.length();
  }

  int words() {
    return text.strip().split("\\s+").length;
  }
}
