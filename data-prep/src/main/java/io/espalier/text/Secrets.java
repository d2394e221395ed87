package io.espalier.text;

import static io.espalier.text.PersonalData.NONE;

import java.util.List;

/** Keys and tokens that say by their first characters what they are. */
final class Secrets {
  private static final String BLOCK = "-----BEGIN ";

  /** The longest private keys that are in use have about 12,000 characters. */
  private static final int LONGEST_BLOCK = 16384;

  private static final int LONGEST_TOKEN = 4096;

  /**
   * A form of token.
   *
   * @param least characters after the prefix
   */
  private record Form(String prefix, int least) {}

  private static final List<Form> FORMS =
      List.of(
          new Form("AKIA", 16),
          new Form("ASIA", 16),
          new Form("ghp_", 36),
          new Form("gho_", 36),
          new Form("ghu_", 36),
          new Form("ghs_", 36),
          new Form("ghr_", 36),
          new Form("github_pat_", 22),
          new Form("glpat-", 20),
          new Form("xoxa-", 10),
          new Form("xoxb-", 10),
          new Form("xoxp-", 10),
          new Form("xoxr-", 10),
          new Form("xoxs-", 10),
          new Form("AIza", 35),
          new Form("sk_live_", 16),
          new Form("rk_live_", 16),
          new Form("sk-ant-", 20),
          new Form("sk-proj-", 20),
          new Form("sk-", 40),
          new Form("npm_", 36),
          new Form("hf_", 30),
          new Form("SG.", 60),
          new Form("eyJ", 60));

  private Secrets() {}

  static int end(String text, int start) {
    char c = text.charAt(start);
    if (c == '-') {
      return blockEnd(text, start);
    }
    for (Form form : FORMS) {
      if (c == form.prefix().charAt(0) && text.startsWith(form.prefix(), start)) {
        int from = start + form.prefix().length();
        int end = from;
        boolean dots = form.prefix().equals("eyJ") || form.prefix().equals("SG.");
        while (end < text.length()
            && end - from < LONGEST_TOKEN
            && isToken(text.charAt(end), dots)) {
          end++;
        }
        if (end - from >= form.least() && hasDigit(text, from, end)) {
          return text.charAt(end - 1) == '.' ? end - 1 : end;
        }
      }
    }
    return NONE;
  }

  private static boolean isToken(char c, boolean dots) {
    return (c < 0x80 && PersonalData.isWord(c)) || c == '_' || c == '-' || (dots && c == '.');
  }

  /** A long word is no key. */
  private static boolean hasDigit(String text, int from, int end) {
    for (int i = from; i < end; i++) {
      if (PersonalData.isDigit(text, i)) {
        return true;
      }
    }
    return false;
  }

  private static int blockEnd(String text, int start) {
    if (!text.startsWith(BLOCK, start)) {
      return NONE;
    }
    String head = text.substring(start, Math.min(text.length(), start + 80));
    int name = head.indexOf("PRIVATE KEY");
    if (name < 0) {
      return NONE;
    }
    String block = text.substring(start, Math.min(text.length(), start + LONGEST_BLOCK));
    int close = block.indexOf("-----END ");
    int closed = close < 0 ? -1 : block.indexOf("-----", close + 9);
    // A key that was cut is a key.
    return start + (closed < 0 ? Math.max(name, bodyEnd(block, name)) : closed + 5);
  }

  /** Where lines of base 64 end. */
  private static int bodyEnd(String block, int name) {
    int end = name;
    while (end < block.length()
        && (PersonalData.isWord(block.charAt(end))
            || "+/=-\n\r ".indexOf(block.charAt(end)) >= 0)) {
      end++;
    }
    return end;
  }
}
