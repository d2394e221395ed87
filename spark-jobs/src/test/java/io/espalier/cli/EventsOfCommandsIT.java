package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.job.TinyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a program sees of commands that it starts, interrupts and starts again. */
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class EventsOfCommandsIT {
  /** Five seconds are promised; the rest is for a machine that has other work. */
  private static final double SECONDS = 8;

  @TempDir private Path folder;

  @Test
  void interruptedWhilePreparingItSaysSoInTimeAndTheSameCommandGoesOn() throws Exception {
    assertThat(interrupted("prepare", "\"stage\":\"prepare\"")).isLessThan(SECONDS);
    List<JsonNode> again = events(finished("prepare", 0));
    assertThat(stages(again, "stage_finished")).contains("prepare", "pack");
  }

  @Test
  void interruptedWhileTrainingItSaysSoInTime() throws Exception {
    assertThat(interrupted("train-seed", "\"stage\":\"train-seed\"")).isLessThan(SECONDS);
  }

  @Test
  void aFailureIsAnEventToo() throws Exception {
    List<JsonNode> events = events(finished("evaluate", 2));
    assertThat(last(events).path("event").asText()).isEqualTo("failed");
    assertThat(last(events).path("text").asText()).isNotEmpty();
  }

  /** Interrupts a command as soon as it has printed something; returns the seconds to its end. */
  private double interrupted(String command, String moment) throws Exception {
    try (EspalierProcess process = start(command)) {
      process.await(out -> out.contains(moment));
      long start = System.nanoTime();
      process.signal("INT");
      assertThat(process.exitCodeWithin(60)).isEqualTo(Failures.INTERRUPTED);
      double seconds = (System.nanoTime() - start) / 1e9;
      JsonNode last = last(events(process.output()));
      assertThat(last.path("event").asText()).isEqualTo("interrupted");
      assertThat(last.path("text").asText()).contains("the same command goes on from there");
      return seconds;
    }
  }

  /** Lets a command come to its end; returns what it printed. */
  private String finished(String command, int exitCode) throws Exception {
    try (EspalierProcess process = start(command)) {
      assertThat(process.exitCode()).as(process.output()).isEqualTo(exitCode);
      return process.output();
    }
  }

  private EspalierProcess start(String command) throws Exception {
    Path file = folder.resolve("tiny.yaml");
    if (!Files.exists(file)) {
      TinyExperiment.in(folder);
    }
    List<String> arguments = new ArrayList<>(List.of(command, file.toString(), "--json"));
    arguments.addAll(List.of("--master", "local[2]", "--set", "training.steps=200000"));
    arguments.addAll(List.of("--set", "training.checkpoint_steps=50"));
    arguments.addAll(List.of("--output", folder.resolve("run").toString()));
    if (command.equals("train-seed") && !Files.exists(folder.resolve("run/tables/sequences"))) {
      finished("prepare", 0);
    }
    Map<String, String> properties = new HashMap<>(TinyExperiment.SPARK);
    // As the launcher has it: Spark's own log is a file.
    properties.put("log4j2.configurationFile", "../conf/log4j2.properties");
    properties.put("espalier.log", folder.resolve("log").toString());
    return EspalierProcess.start(folder.resolve("out"), properties, arguments);
  }

  /** Lines of JSON; a virtual machine may print others. */
  private static List<JsonNode> events(String printed) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : printed.lines().filter(l -> l.startsWith("{")).toList()) {
      events.add(new ObjectMapper().readTree(line));
    }
    return events;
  }

  private static JsonNode last(List<JsonNode> events) {
    return events.get(events.size() - 1);
  }

  private static List<String> stages(List<JsonNode> events, String event) {
    return events.stream()
        .filter(each -> each.path("event").asText().equals(event))
        .map(each -> each.path("stage").asText())
        .toList();
  }
}
