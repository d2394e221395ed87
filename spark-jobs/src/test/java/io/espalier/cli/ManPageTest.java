package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManPageTest {
  /** Requests that a page may use. */
  private static final List<String> REQUESTS = List.of(".TH ", ".SH ", ".TP", ".PP");

  @TempDir private Path folder;

  @Test
  void aPageHasTheCommandsDescriptionOptionsAndExamples() {
    String page = printed("man", "forest", "add");
    assertThat(page)
        .startsWith(
            ".TH \"espalier\\-forest\\-add\" 1\n.SH NAME\nespalier\\-forest\\-add \\- A new")
        .contains(".SH SYNOPSIS\nespalier forest add ")
        .contains("\\fB\\-\\-data PATH\\fR\n")
        .contains("(default: seed)")
        .contains(".SH EXAMPLES\n.TP\n\\fBespalier forest add my.yaml math");
  }

  @Test
  void everyCommandHasAPageOfKnownRequestsOnly() throws Exception {
    assertThat(printed("man", "--directory", folder.toString())).isEmpty();
    List<Path> pages;
    try (Stream<Path> files = Files.list(folder)) {
      pages = files.toList();
    }
    assertThat(pages).hasSize((int) CommandsContractTest.commands().count());
    for (Path page : pages) {
      assertThat(Files.readAllLines(page))
          .as(page.toString())
          .allMatch(line -> !line.startsWith("'"))
          .allMatch(line -> !line.startsWith(".") || REQUESTS.stream().anyMatch(line::startsWith));
    }
  }

  @Test
  void anUnknownCommandIsTheUsersMistake() {
    StringWriter err = new StringWriter();
    assertThat(Espalier.execute(writer(new StringWriter()), writer(err), "man", "rum"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("rum is no command");
  }

  private static String printed(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(Espalier.execute(writer(out), writer(err), arguments)).as(err.toString()).isZero();
    return out.toString();
  }

  private static PrintWriter writer(StringWriter text) {
    return new PrintWriter(text, true);
  }
}
