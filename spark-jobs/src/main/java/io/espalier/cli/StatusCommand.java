package io.espalier.cli;

import io.espalier.config.ConfigException;
import io.espalier.upkeep.LiveStatus;
import io.espalier.upkeep.RunStatus;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code espalier status}: what a run is at. */
@Command(
    name = "status",
    description = {
      "Says what a run is at, from any machine that sees its folder: stage, progress, time left, when",
      "its driver was last heard of, and each model's newest checkpoint, loss and spikes.",
      "Starts no Spark and asks no driver."
    },
    footer = {
      "  espalier status runs/quickstart",
      "  espalier status hdfs:///runs/mine --watch 5",
      "  espalier status s3a://bucket/run --json"
    })
final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private UpkeepOptions options = new UpkeepOptions();
  @Mixin private JsonOption json = new JsonOption();

  @Option(
      names = "--watch",
      paramLabel = "SECONDS",
      description = "Looks again after so many seconds, until nothing runs any more.")
  private Optional<Integer> watch = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    int seconds = watch.orElse(1);
    if (seconds < 1) {
      throw new ConfigException("--watch is %d but must be at least 1 second".formatted(seconds));
    }
    UpkeepRun run = UpkeepRun.of(options);
    PrintWriter out = spec.commandLine().getOut();
    RunStatus status = RunStatus.of(run.configuration(), run.paths());
    print(status, out);
    while (watch.isPresent() && isAtWork(status)) {
      TimeUnit.SECONDS.sleep(seconds);
      status = RunStatus.of(run.configuration(), run.paths());
      print(status, out);
    }
    return Failures.DONE;
  }

  private void print(RunStatus status, PrintWriter out) {
    out.print(json.isGiven() ? Output.json(status) + "\n" : text(status));
    out.flush();
  }

  private static boolean isAtWork(RunStatus status) {
    return status.live().filter(live -> live.isAtWork(now())).isPresent();
  }

  private static long now() {
    return Clock.systemUTC().millis();
  }

  private static double secondsSince(long millis) {
    return Math.max(0, (now() - millis) / 1e3);
  }

  private static String text(RunStatus status) {
    StringBuilder text = new StringBuilder(status.run() + ": " + headline(status) + "\n");
    status.live().ifPresent(live -> live.stages().forEach(stage -> text.append(line(stage))));
    if (!status.models().isEmpty()) {
      TextTable table =
          TextTable.of("Model", ">Checkpoints", ">Newest step", ">Written", ">Loss", ">Spikes", "");
      status
          .models()
          .forEach(
              m ->
                  table.row(
                      m.name(),
                      Integer.toString(m.checkpoints()),
                      Long.toString(m.step()),
                      Quantities.duration(secondsSince(m.writtenMillis())) + " ago",
                      Double.isNaN(m.loss()) ? "–" : "%.2f".formatted(m.loss()),
                      Integer.toString(m.spikes()),
                      m.active() ? "in the forest" : ""));
      text.append("\n").append(table.toText());
      text.append(
          status.forestVersion() == 0
              ? "No forest yet.\n"
              : "Forest version %d.\n".formatted(status.forestVersion()));
    }
    status.damaged().forEach(what -> text.append("damaged: ").append(what).append("\n"));
    return text.toString();
  }

  private static String headline(RunStatus status) {
    if (status.live().isEmpty()) {
      return "no driver has said anything yet";
    }
    LiveStatus live = status.live().get();
    String ago = Quantities.duration(secondsSince(live.updatedMillis())) + " ago";
    if (!live.state().equals(LiveStatus.RUNNING)) {
      return "%s %s (%s, %s)".formatted(live.state(), ago, live.application(), live.process());
    }
    return live.isSilent(now())
        ? "nothing was heard of its driver for %s (%s, %s): it was killed, or doesn't reach the folder; the same command goes on"
            .formatted(
                Quantities.duration(secondsSince(live.updatedMillis())),
                live.application(),
                live.process())
        : "running (%s, %s, heard of %s)".formatted(live.application(), live.process(), ago);
  }

  private static String line(LiveStatus.Stage stage) {
    String mark =
        switch (stage.state()) {
          case "finished" -> "✓";
          case "skipped" -> "·";
          default -> "→";
        };
    StringBuilder line =
        new StringBuilder("%s %-13s  %s".formatted(mark, stage.name(), stage.description()));
    if (stage.state().equals(LiveStatus.RUNNING) && stage.total() > 0) {
      line.append(
          "%n  %d %%, %s of %s %s, %s %s/s%s"
              .formatted(
                  100 * stage.done() / stage.total(),
                  Quantities.count(stage.done()),
                  Quantities.count(stage.total()),
                  stage.unit(),
                  Quantities.count(stage.perSecond()),
                  stage.unit(),
                  stage.secondsLeft() < 0
                      ? ""
                      : ", %s left".formatted(Quantities.duration(stage.secondsLeft()))));
      stage.items().stream()
          .filter(item -> item.done() < item.total())
          .forEach(
              item ->
                  line.append(
                      "%n  %s %d %%  %s"
                          .formatted(
                              item.name(),
                              100 * item.done() / Math.max(1, item.total()),
                              item.detail())));
    }
    return line.append("\n").toString();
  }
}
