package io.espalier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for shells, completed by a real bash. */
class CompletionTest {
  @TempDir private Path folder;

  @Test
  void bashCompletesCommandsOptionsAndCommandsOfCommands() throws Exception {
    assertThat(completions("bin/espalier", "pre")).containsExactly("prepare");
    assertThat(completions("espalier", "run", "--out")).containsExactly("--output");
    assertThat(completions("espalier", "forest", "ad")).containsExactly("add");
  }

  @Test
  void anotherShellIsRefusedWithThoseThatThereAre() {
    StringWriter err = new StringWriter();
    int exitCode = Espalier.execute(writer(new StringWriter()), writer(err), "completion", "fish");
    assertThat(exitCode).isEqualTo(2);
    assertThat(err.toString()).contains("the shell is fish but must be one of bash, zsh");
  }

  private List<String> completions(String... words) throws Exception {
    StringWriter script = new StringWriter();
    assertThat(Espalier.execute(writer(script), writer(script), "completion", "bash")).isZero();
    Files.writeString(folder.resolve("completion"), script.toString());
    Files.writeString(
        folder.resolve("ask"),
        """
        source "%s"
        compopt() { :; } # bash has it only while a key is being answered
        COMP_WORDS=(%s)
        COMP_CWORD=%d
        _complete_espalier
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(folder.resolve("completion"), String.join(" ", words), words.length - 1));
    Process bash =
        new ProcessBuilder("bash", "--norc", folder.resolve("ask").toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(printed).isZero();
    return printed.lines().map(String::strip).toList();
  }

  private static PrintWriter writer(StringWriter text) {
    return new PrintWriter(text, true);
  }
}
