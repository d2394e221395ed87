package io.espalier.cli;

import io.espalier.job.SpokenText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows a text as it comes, with who says it if that is wanted. For one thread. */
final class SpokenTextPrinter {
  /** Eight that stand apart on light and dark ground; a ninth expert has the first one's. */
  private static final int[] COLOURS = {32, 34, 35, 33, 36, 31, 92, 94};

  private static final String RESET = "\u001b[0m";

  private final PrintWriter out;
  private final boolean shown;
  private final boolean trace;
  private final boolean coloured;
  private final Map<String, Integer> colours = new LinkedHashMap<>();
  private final String prompt;
  private boolean begun;

  /**
   * @param prompt what the text goes on from; shown with the first token
   * @param shown false = nothing is printed
   * @param trace whether experts are named
   * @param coloured whether a trace is told by colours instead of lines
   */
  SpokenTextPrinter(
      PrintWriter out, String prompt, boolean shown, boolean trace, boolean coloured) {
    this.out = out;
    this.prompt = prompt;
    this.shown = shown;
    this.trace = trace;
    this.coloured = coloured;
  }

  /** Not before something is known to come: what is refused leaves no half a line. */
  private void begin() {
    if (!begun && (!trace || coloured)) {
      print(prompt);
    }
    begun = true;
  }

  /** The next token. */
  void token(SpokenText.Token token) {
    if (!shown) {
      return;
    }
    begin();
    if (!trace) {
      print(token.text());
    } else if (coloured) {
      print(painted(token.expert(), token.text()));
    } else {
      print(
          String.format(
              Locale.ROOT,
              "%s\t%s\t%.4f%n",
              escaped(token.text()),
              token.expert(),
              token.posterior()));
    }
  }

  /** The text is complete. */
  void end(SpokenText text) {
    if (!shown) {
      return;
    }
    begin();
    if (!trace || coloured) {
      out.println();
    }
    if (trace) {
      out.print("\n" + shares(text));
    }
    out.flush();
  }

  private String shares(SpokenText text) {
    TextTable table = TextTable.of("expert", ">tokens", ">mean posterior");
    for (SpokenText.Share share : text.experts()) {
      table.row(
          share.expert(),
          Long.toString(share.tokens()),
          String.format(Locale.ROOT, "%.3f", share.meanPosterior()));
    }
    String lines = table.toText();
    if (coloured) {
      for (SpokenText.Share share : text.experts()) {
        lines = lines.replace("\n" + share.expert() + " ", "\n" + painted(share.expert()) + " ");
      }
    }
    return lines;
  }

  private String painted(String expert) {
    return painted(expert, expert);
  }

  private String painted(String expert, String text) {
    int number = colours.computeIfAbsent(expert, e -> colours.size());
    return text.isEmpty() ? "" : "\u001b[" + COLOURS[number % COLOURS.length] + "m" + text + RESET;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\t", "\\t")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }
}
