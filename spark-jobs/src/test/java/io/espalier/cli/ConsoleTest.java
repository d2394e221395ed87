package io.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
    try (Console console = console(Console.Verbosity.NORMAL, OptionalInt.empty())) {
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
    try (Console console = console(Console.Verbosity.NORMAL, OptionalInt.of(120))) {
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
    try (Console console = console(Console.Verbosity.NORMAL, OptionalInt.of(100))) {
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
    try (Console console = console(Console.Verbosity.NORMAL, OptionalInt.empty())) {
      console.stageStarted("score", "everything");
      console.stageFinished("score", "done");
      nowSeconds = 100;
      console.progress("score", "seed", 1, 2, "sequences", "");
    }
    assertThat(printed.toString().lines()).hasSize(2);
  }

  private String lastLine() {
    String text = printed.toString();
    return text.substring(text.lastIndexOf('\r') + 1);
  }

  private Console console(Console.Verbosity verbosity, OptionalInt columns) {
    return new Console(new PrintWriter(printed), verbosity, columns, () -> nowSeconds);
  }
}
