package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.job.Experiment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Generated pages are what the code says now. {@code -Despalier.pages=write} writes them;
 * CONTRIBUTING.md has the command.
 */
class GeneratedPagesTest {
  @Test
  void theConfigurationIsThatOfTheReference() throws IOException {
    check("configuration.md", ConfigurationPage.of(Experiment.reference()));
  }

  @Test
  void theCommandsAreThoseOfTheProgram() throws IOException {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    check("commands.md", CommandsPage.of(Espalier.commandLine(nowhere, nowhere)));
  }

  private static void check(String name, String current) throws IOException {
    Path page = DocumentationPages.HOME.resolve("docs").resolve(name);
    if (System.getProperty("espalier.pages", "").equals("write")) {
      Files.writeString(page, current);
    }
    assertThat(page).as("-Despalier.pages=write makes it current").hasContent(current);
  }
}
