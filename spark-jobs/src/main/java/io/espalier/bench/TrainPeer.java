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
 * The same training in PyTorch, in a process of its own that runs {@code benchmarks/peer_train.py}
 * (one thread) or {@code benchmarks/peer_parallel.py} (two processes) and waits between stretches.
 * Ends with {@link #close}.
 */
final class TrainPeer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader answers;
  private final Writer commands;
  private final String python;

  /**
   * Starts it.
   *
   * @param python interpreter that can import torch
   * @param script path of either
   * @throws ConfigException if there is no such interpreter or script
   */
  TrainPeer(String python, Path script) {
    if (!Files.isRegularFile(script)) {
      throw new ConfigException(
          "The peer's script %s isn't there; bin/espalier of a whole checkout would work"
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

  /** Makes the model of a size; returns the version of PyTorch. */
  String prepare(TrainSize size) {
    Map<String, Integer> sizes =
        Map.of(
            "layers", size.layers(),
            "hidden_size", size.hiddenSize(),
            "heads", size.heads(),
            "vocabulary_size", size.vocabularySize(),
            "tokens", size.tokens(),
            "sequences", size.sequences());
    return ask(sizes).get("torch").asText();
  }

  /** CPU seconds of the peer's process for some steps. */
  double cpuSeconds(int steps) {
    return ask(Map.of("steps", steps)).get("cpu_seconds").asDouble();
  }

  /** What some steps took by the clock. */
  double wallSeconds(int steps) {
    return ask(Map.of("steps", steps)).get("wall_seconds").asDouble();
  }

  private JsonNode ask(Map<String, Integer> command) {
    try {
      commands.write(JSON.writeValueAsString(command) + "\n");
      commands.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new ConfigException(
            "peer is %s but it ended without an answer; its own message is above; a Python that can import torch would work"
                .formatted(python));
      }
      return JSON.readTree(answer);
    } catch (IOException e) {
      throw new UncheckedIOException("The peer can't be asked", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
