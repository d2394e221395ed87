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

/**
 * PyTorch's Gloo between two processes, run by {@code benchmarks/peer_comm.py}, which waits between
 * commands. Ends with {@link #close}.
 */
final class CommPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final String python;
  private final String version;

  /**
   * Starts it.
   *
   * @param python interpreter that can import torch
   * @param script path of {@code peer_comm.py}
   * @throws ConfigException if there is no such interpreter or script
   */
  CommPeer(String python, Path script) {
    if (!Files.isRegularFile(script)) {
      throw new ConfigException(
          "peer-script is %s but there is no such file; benchmarks/peer_comm.py of the source tree would work"
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
    this.version = answer().get("torch").asText();
  }

  /** The version of PyTorch. */
  String version() {
    return version;
  }

  double microseconds(int bytes, int iterations) {
    try {
      commands.write("{\"bytes\": %d, \"iterations\": %d}%n".formatted(bytes, iterations));
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The peer can't be asked", e);
    }
    return answer().get("microseconds").asDouble();
  }

  private JsonNode answer() {
    try {
      String answer = answers.readLine();
      if (answer == null) {
        throw new ConfigException(
            "peer is %s but it ended without an answer; its own message is above; a Python that can import torch would work"
                .formatted(python));
      }
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new UncheckedIOException("The peer can't be heard", e);
    }
  }

  /** It ends by itself at the end of its commands, with its other process. */
  @Override
  public void close() {
    try {
      commands.close();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
