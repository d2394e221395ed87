package io.espalier.text;

/**
 * What lines begin and end with, as shares of those that aren't blank.
 *
 * @param bullets begin with a bullet or hyphen
 * @param ellipses end with an ellipsis, in one character or three
 */
record LineShares(double bullets, double ellipses) {
  private static final String BULLETS = "•‣▪●○◦‧⁃∙·-*";

  static LineShares of(String text) {
    long lines = 0;
    long bullets = 0;
    long ellipses = 0;
    for (int start = 0; start < text.length(); ) {
      int found = text.indexOf('\n', start);
      int end = found < 0 ? text.length() : found;
      String line = text.substring(start, end).strip();
      if (!line.isEmpty()) {
        lines++;
        bullets += BULLETS.indexOf(line.charAt(0)) >= 0 ? 1 : 0;
        ellipses += line.endsWith("…") || line.endsWith("...") ? 1 : 0;
      }
      start = end + 1;
    }
    return lines == 0
        ? new LineShares(0, 0)
        : new LineShares((double) bullets / lines, (double) ellipses / lines);
  }
}
