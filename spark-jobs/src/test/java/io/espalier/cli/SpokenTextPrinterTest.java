package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.SpokenText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpokenTextPrinterTest {
  private static final SpokenText TEXT =
      new SpokenText(
          "Whereas",
          " the\nmoon",
          List.of(
              new SpokenText.Token(1, " the", "expert/law", 0.75),
              new SpokenText.Token(2, "\nmoon", "expert/poems", 0.5)),
          List.of(
              new SpokenText.Share("expert/law", 1, 0.6),
              new SpokenText.Share("expert/poems", 1, 0.4)));

  private static String printed(boolean shown, boolean trace, boolean coloured) {
    StringWriter out = new StringWriter();
    SpokenTextPrinter printer =
        new SpokenTextPrinter(new PrintWriter(out), TEXT.prompt(), shown, trace, coloured);
    TEXT.tokens().forEach(printer::token);
    printer.end(TEXT);
    return out.toString();
  }

  @Test
  void withoutATraceThereIsTheTextAlone() {
    assertThat(printed(true, false, false)).isEqualTo("Whereas the\nmoon\n");
  }

  @Test
  void aTraceIsALineForEachTokenThenEachExpertsShare() {
    assertThat(printed(true, true, false))
        .startsWith(" the\texpert/law\t0.7500\n\\nmoon\texpert/poems\t0.5000\n\nexpert")
        .contains("expert/law         1           0.600");
  }

  @Test
  void onATerminalEveryExpertHasOneColour() {
    assertThat(printed(true, true, true))
        .startsWith("Whereas\u001b[32m the\u001b[0m\u001b[34m\nmoon\u001b[0m\n")
        .contains("\u001b[32mexpert/law\u001b[0m", "\u001b[34mexpert/poems\u001b[0m");
  }

  @Test
  void nothingIsPrintedWhereFiguresAreAskedFor() {
    assertThat(printed(false, true, true)).isEmpty();
  }
}
