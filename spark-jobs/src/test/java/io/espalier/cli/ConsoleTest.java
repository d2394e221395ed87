package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConsoleTest {
  /** 380 of 1000 thousand tokens, elapsed and remaining time, speed, detail. */
  private static final String BAR =
      ".*  train-seed +38% .* 380/1000 k tokens \\(.* / 0:00:17\\)  37.0 k tokens/s  loss 4.21";

  private final StringWriter printed = new StringWriter();
  private double nowSeconds;

  @Test
  void withoutATerminalThereIsALineEveryTenSeconds() {
    try (Console console = console(Console.Verbosity.LINES, OptionalInt.empty())) {
      console.stageStarted("train-experts", "2 experts, 300 steps each");
      for (int second = 0; second <= 25; second++) {
        nowSeconds = second;
        console.progress("train-experts", "legal", second * 1000L, 50_000, "tokens", "loss 4.21");
      }
      nowSeconds = 83;
      console.stageFinished("train-experts", "2 experts trained");
      console.stageSkipped("score", "complete");
    }
    assertThat(printed.toString())
        .isEqualTo(
            """
            → train-experts  2 experts, 300 steps each
              train-experts  20 %  10.0 k of 50.0 k tokens  1.00 k tokens/s  loss 4.21  40 s left
              train-experts  40 %  20.0 k of 50.0 k tokens  1.00 k tokens/s  loss 4.21  30 s left
            ✓ train-experts  2 experts trained  (1 min 23 s)
            · score          complete
            """);
  }

  @Test
  void quietSaysNothing() {
    try (Console console = console(Console.Verbosity.QUIET, OptionalInt.of(100))) {
      console.stageStarted("score", "everything");
      nowSeconds = 60;
      console.progress("score", "seed", 1, 2, "sequences", "");
      console.message("hello");
      console.stageFinished("score", "done");
    }
    assertThat(printed.toString()).isEmpty();
  }

  @Test
  @Timeout(30)
  void onATerminalABarIsDrawnAndClearedBeforeTheNextLine() throws InterruptedException {
    try (Console console = console(Console.Verbosity.LINES, OptionalInt.of(120))) {
      console.stageStarted("train-seed", "one model");
      console.progress("train-seed", "seed", 10_000, 1_000_000, "tokens", "");
      nowSeconds = 10;
      console.progress("train-seed", "seed", 380_000, 1_000_000, "tokens", "loss 4.21");
      while (!Pattern.matches(BAR, lastLine())) {
        Thread.sleep(20);
      }
      console.message("a line between");
      console.stageFinished("train-seed", "loss 4.02");
    }
    String[] redrawn = printed.toString().split("\r\u001b\\[2K");
    assertThat(redrawn).contains("a line between\n");
    assertThat(redrawn[redrawn.length - 1]).startsWith("✓ train-seed     loss 4.02");
  }

  @Test
  @Timeout(60)
  void manyThreadsReportWithoutMixingLinesOrBlocking() throws InterruptedException {
    int threads = 8;
    try (Console console = console(Console.Verbosity.LINES, OptionalInt.of(100))) {
      console.stageStarted("train-experts", "many");
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      CountDownLatch together = new CountDownLatch(threads);
      for (int t = 0; t < threads; t++) {
        String item = "domain" + t;
        pool.execute(
            () -> {
              together.countDown();
              for (int step = 1; step <= 500; step++) {
                console.progress("train-experts", item, step, 500, "tokens", "loss 1");
                console.message("[" + item + "]");
              }
            });
      }
      pool.shutdown();
      assertThat(pool.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
      console.stageFinished("train-experts", "all");
    }
    long whole =
        printed
            .toString()
            .lines()
            .filter(l -> l.replaceAll(".*\u001b\\[2K", "").matches("\\[domain\\d]"))
            .count();
    assertThat(whole).isEqualTo(threads * 500L);
  }

  @Test
  void lateMessagesOfAnEndedStageAreIgnored() {
    try (Console console = console(Console.Verbosity.LINES, OptionalInt.empty())) {
      console.stageStarted("score", "everything");
      console.stageFinished("score", "done");
      nowSeconds = 100;
      console.progress("score", "seed", 1, 2, "sequences", "");
    }
    assertThat(printed.toString().lines()).hasSize(2);
  }

  @Test
  void aStageThatKnowsNothingOfItselfBreaksItsSilence() {
    try (Console console = console(Console.Verbosity.LINES, OptionalInt.empty())) {
      console.stageStarted("prepare", "13 files");
      for (int second = 1; second <= 65; second++) {
        nowSeconds = second;
        console.tick();
      }
    }
    assertThat(printed.toString())
        .isEqualTo(
            """
            → prepare        13 files
              prepare        at work for 30 s
              prepare        at work for 1 min 00 s
            """);
  }

  @Test
  void programsAreToldEventsInJson() throws Exception {
    try (Console console = console(Console.Verbosity.EVENTS, OptionalInt.empty())) {
      console.stageSkipped("prepare", "complete");
      console.stageStarted("score", "2 checkpoints");
      nowSeconds = 30;
      console.tick();
      console.progress("score", "seed", 0, 100, "tokens", "");
      nowSeconds = 35;
      console.progress("score", "seed", 10, 100, "tokens", "");
      nowSeconds = 45;
      console.progress("score", "seed", 50, 100, "tokens", "\"quoted\"");
      console.message("two\nlines");
      console.stageFinished("score", "100 tokens");
      console.interrupted("Interrupted.", new PrintWriter(new StringWriter()));
    }
    List<JsonNode> events = new ArrayList<>();
    for (String line : printed.toString().lines().toList()) {
      events.add(new ObjectMapper().readTree(line));
    }
    assertThat(events.stream().map(event -> event.path("event").asText()))
        .containsExactly(
            "stage_skipped",
            "stage_started",
            "progress",
            "progress",
            "message",
            "stage_finished",
            "interrupted");
    assertThat(events).allMatch(event -> event.path("time").asText().matches("20.*T.*Z"));
    assertThat(events.get(2).path("seconds").asDouble()).isEqualTo(30);
    assertThat(events.get(2).has("done")).isFalse();
    assertThat(events.get(3).path("done").asLong()).isEqualTo(50);
    assertThat(events.get(3).path("units_per_second").asDouble()).isEqualTo(4);
    assertThat(events.get(3).path("text").asText()).isEqualTo("\"quoted\"");
    assertThat(events.get(5).path("seconds").asDouble()).isEqualTo(45);
  }

  @Test
  void coloursReachTerminalsAloneAndNobodyWhoDoesNotWantThem() {
    assertThat(Espalier.hasColours(Map.of())).isFalse();
    System.setProperty("espalier.columns", "100");
    try {
      assertThat(Espalier.hasColours(Map.of())).isTrue();
      assertThat(Espalier.hasColours(Map.of("NO_COLOR", "1"))).isFalse();
    } finally {
      System.clearProperty("espalier.columns");
    }
  }

  private String lastLine() {
    String text = printed.toString();
    return text.substring(text.lastIndexOf('\r') + 1);
  }

  private Console console(Console.Verbosity verbosity, OptionalInt columns) {
    return new Console(new PrintWriter(printed), verbosity, columns, () -> nowSeconds);
  }
}
