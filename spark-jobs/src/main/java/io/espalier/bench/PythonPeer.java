package io.espalier.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a user would take instead, in a Python process of its own: one of the scripts {@code
 * benchmarks/peer_*.py}, which answer each line of JSON with one and wait between. Ends with {@link
 * #close}. Used by one thread at a time.
 */
final class PythonPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final String python;

  /**
   * Starts it.
   *
   * @param python interpreter that can import torch
   * @throws ConfigException if there is no such interpreter or script
   */
  PythonPeer(String python, Path script) {
    if (!Files.isRegularFile(script)) {
      throw new ConfigException(
          "peer-script is %s but there is no such file; that of the source tree's folder benchmarks would work"
              .formatted(script));
    }
    this.python = python;
    try {
      this.process =
          new ProcessBuilder(python, script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new ConfigException(
          "peer is %s but it can't be started (%s); a Python that can import torch would work"
              .formatted(python, e.getMessage()),
          e);
    }
    this.answers = process.inputReader(UTF_8);
    this.commands = process.outputWriter(UTF_8);
  }

  /** Its answer to a command. */
  JsonNode ask(Map<String, Integer> command) {
    try {
      commands.write(JSON.writeValueAsString(command) + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new ConfigException(ended(), e);
    }
    return answer();
  }

  /** What it says next. */
  JsonNode answer() {
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new ConfigException(ended());
      }
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new UncheckedIOException("The peer can't be heard", e);
    }
  }

  private String ended() {
    return "peer is %s but it ended without an answer; its own message is above; a Python that can import torch would work"
        .formatted(python);
  }

  /** It ends by itself at the end of its commands, with other processes that it may have. */
  @Override
  public void close() {
    try {
      commands.close();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
