package io.espalier.cli;

import io.espalier.job.ProgressListener;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a pipeline's progress: a line when a stage starts, one when it ends, and between them a bar
 * on a terminal or a line every ten seconds anywhere else. Several experts at once are one bar. To
 * programs it tells the same as events in JSON.
 *
 * <p>Thread-safe; everything that is printed is printed under one lock, so lines never mix. Where
 * two stages run at once, the bar is that of the stage that started last.
 */
final class Console implements ProgressListener, AutoCloseable {
  /** How much is said. */
  enum Verbosity {
    /** Lines for people, bars on terminals. */
    LINES,
    /** A line of JSON for each event. */
    EVENTS,
    /** Nothing. */
    QUIET
  }

  private static final double SECONDS_BETWEEN_LINES = 10;

  /** A stage that can't say how far it is shows that it is still at work. */
  private static final double SECONDS_OF_SILENCE = 30;

  private static final int BAR_INTERVAL_MILLISECONDS = 250;
  private static final int STAGE_NAME_WIDTH = 13;
  private static final String CLEAR_LINE = "\r\u001b[2K";

  /** Columns that a bar needs beside its details: name, percentage, bar, counts, times. */
  private static final int COLUMNS_WITHOUT_DETAILS = 84;

  private final PrintWriter out;
  private final Verbosity verbosity;
  private final OptionalInt columns;
  private final DoubleSupplier nowSeconds;
  private final JsonEvents events;
  private final Map<String, Stage> stages = new LinkedHashMap<>();
  private @Nullable Line shown;
  private Runnable beforeFirstStage = () -> {};
  private @Nullable ScheduledExecutorService silenceBreaker;

  private static final class Stage {
    final String name;
    final StageProgress progress;
    double lastLineSeconds;
    @Nullable ProgressBar bar;
    @Nullable Line line;

    Stage(String name, double nowSeconds) {
      this.name = name;
      progress = new StageProgress(nowSeconds);
      lastLineSeconds = nowSeconds;
    }
  }

  /**
   * @param columns the terminal's width; empty if {@code out} is no terminal
   * @param nowSeconds a clock that never goes back
   */
  Console(PrintWriter out, Verbosity verbosity, OptionalInt columns, DoubleSupplier nowSeconds) {
    this.out = out;
    this.verbosity = verbosity;
    this.columns = columns;
    this.nowSeconds = nowSeconds;
    this.events = new JsonEvents(out, Clock.systemUTC());
  }

  /** From now on long silence is broken, where no bar moves. */
  synchronized void breakSilence() {
    if (hasBars() || verbosity == Verbosity.QUIET) {
      return;
    }
    silenceBreaker =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "espalier-console");
              thread.setDaemon(true);
              return thread;
            });
    var unused = silenceBreaker.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  /** Shows of every stage that hasn't been heard of for long that it is at work. */
  synchronized void tick() {
    double now = nowSeconds.getAsDouble();
    for (Stage stage : stages.values()) {
      if (now - stage.lastLineSeconds >= SECONDS_OF_SILENCE) {
        sayProgress(stage, now);
      }
    }
  }

  /** Has something done once, when the first stage starts or is skipped. */
  synchronized void beforeFirstStage(Runnable action) {
    beforeFirstStage = action;
  }

  @Override
  public synchronized void stageStarted(String stage, String description) {
    runBeforeFirstStage();
    say("→ " + padded(stage) + "  " + description);
    if (tellsEvents()) {
      events.stage("stage_started", stage, description);
    }
    Stage started = new Stage(stage, nowSeconds.getAsDouble());
    stages.put(stage, started);
    if (hasBars()) {
      openBar(started, "", 1);
    }
  }

  @Override
  public synchronized void stageSkipped(String stage, String why) {
    runBeforeFirstStage();
    say("· " + padded(stage) + "  " + why);
    if (tellsEvents()) {
      events.stage("stage_skipped", stage, why);
    }
  }

  @Override
  public void progress(
      String stage, String item, long done, long total, String unit, String detail) {
    closeBar(report(stage, item, done, total, unit, detail));
  }

  /** Returns the bar without figures that a bar with figures replaced, if so, to be closed. */
  private synchronized @Nullable ProgressBar report(
      String stage, String item, long done, long total, String unit, String detail) {
    Stage running = stages.get(stage);
    if (running == null) {
      return null; // A late message of a stage that has ended.
    }
    double now = nowSeconds.getAsDouble();
    boolean wasMeasured = running.progress.isMeasured();
    running.progress.report(item, done, total, unit, detail, now);
    if (!hasBars()) {
      sayNowAndThen(running, now);
      return null;
    }
    ProgressBar replaced = null;
    if (!wasMeasured && running.progress.isMeasured()) {
      replaced = running.bar;
      long unitSize = unitSize(running.progress.total());
      openBar(running, " " + Quantities.prefix(unitSize) + unit, unitSize);
    }
    update(running);
    return replaced;
  }

  private void sayNowAndThen(Stage stage, double now) {
    if (now - stage.lastLineSeconds >= SECONDS_BETWEEN_LINES) {
      sayProgress(stage, now);
    }
  }

  private void sayProgress(Stage stage, double now) {
    stage.lastLineSeconds = now;
    if (tellsEvents()) {
      events.progress(stage.name, stage.progress, now);
    }
    say("  " + padded(stage.name) + "  " + stage.progress.line(now));
  }

  @Override
  public void stageFinished(String stage, String summary) {
    closeBar(detachBar(find(stage)));
    synchronized (this) {
      Stage finished = stages.remove(stage);
      double seconds =
          finished == null ? 0 : finished.progress.elapsedSeconds(nowSeconds.getAsDouble());
      say("✓ %s  %s  (%s)".formatted(padded(stage), summary, Quantities.duration(seconds)));
      if (tellsEvents()) {
        events.finished(stage, summary, seconds);
      }
    }
  }

  @Override
  public synchronized void message(String line) {
    say(line);
    if (tellsEvents()) {
      events.sentence("message", line);
    }
  }

  /** Ends all bars and says why nothing more comes, also where progress isn't wanted. */
  void interrupted(String sentence, PrintWriter err) {
    close();
    synchronized (this) {
      if (tellsEvents()) {
        events.sentence("interrupted", sentence);
      } else {
        err.println(sentence);
        err.flush();
      }
    }
  }

  /** Ends all bars, as on a failure or an interruption. */
  @Override
  public void close() {
    detachBars().forEach(Console::closeBar);
    synchronized (this) {
      if (silenceBreaker != null) {
        silenceBreaker.shutdown();
      }
      stages.clear();
      out.flush();
    }
  }

  private void runBeforeFirstStage() {
    Runnable action = beforeFirstStage;
    beforeFirstStage = () -> {};
    action.run();
  }

  private void say(String line) {
    if (verbosity == Verbosity.LINES) {
      out.print(shown == null ? "" : CLEAR_LINE);
      out.println(line);
      out.flush();
    }
  }

  private synchronized @Nullable Stage find(String stage) {
    return stages.get(stage);
  }

  private synchronized List<ProgressBar> detachBars() {
    return stages.values().stream().map(this::detachBar).filter(Objects::nonNull).toList();
  }

  private synchronized @Nullable ProgressBar detachBar(@Nullable Stage stage) {
    if (stage == null) {
      return null;
    }
    if (shown != null && shown == stage.line) {
      shown = null;
      out.print(CLEAR_LINE);
    }
    ProgressBar bar = stage.bar;
    stage.bar = null;
    return bar;
  }

  /** Not under the lock: a closing bar waits for its own thread, which may wait for the lock. */
  private static void closeBar(@Nullable ProgressBar bar) {
    if (bar != null) {
      bar.close();
    }
  }

  private boolean tellsEvents() {
    return verbosity == Verbosity.EVENTS;
  }

  private boolean hasBars() {
    return columns.isPresent() && verbosity == Verbosity.LINES;
  }

  private void openBar(Stage stage, String unit, long unitSize) {
    Line line = new Line(columns.orElseThrow());
    stage.line = line;
    shown = line;
    stage.bar =
        ProgressBar.builder()
            .setTaskName("  " + padded(stage.name))
            .setInitialMax(-1)
            .setUnit(unit, unitSize)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setUpdateIntervalMillis(BAR_INTERVAL_MILLISECONDS)
            .setEtaFunction(state -> timeLeft(stage))
            .setConsumer(line)
            .build();
  }

  private void update(Stage stage) {
    ProgressBar bar = stage.bar;
    if (bar == null || !stage.progress.isMeasured()) {
      return;
    }
    bar.maxHint(stage.progress.total());
    bar.stepTo(stage.progress.done());
    int room = Math.max(30, columns.orElse(0) - COLUMNS_WITHOUT_DETAILS);
    bar.setExtraMessage(" " + shortened(stage.progress.speedAndDetails(), room));
  }

  private synchronized Optional<Duration> timeLeft(Stage stage) {
    OptionalDouble seconds = stage.progress.secondsLeft();
    return seconds.isPresent()
        ? Optional.of(Duration.ofSeconds(Math.round(seconds.getAsDouble())))
        : Optional.empty();
  }

  private synchronized void draw(Line line, String text) {
    if (shown == line) {
      out.print(CLEAR_LINE + text);
      out.flush();
    }
  }

  /** Counts keep at most five digits: 1, 1000 (k), 1000000 (M), … */
  private static long unitSize(long total) {
    long size = 1;
    while (total / size >= 100_000) {
      size *= 1000;
    }
    return size;
  }

  private static String padded(String stage) {
    return stage + " ".repeat(Math.max(0, STAGE_NAME_WIDTH - stage.length()));
  }

  private static String shortened(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  /** The terminal's last line, on which one bar draws itself. */
  private final class Line implements ProgressBarConsumer {
    private final int width;

    Line(int width) {
      this.width = width;
    }

    @Override
    public int getMaxRenderedLength() {
      return width - 1;
    }

    @Override
    public void accept(String text) {
      draw(this, text);
    }

    @Override
    public void close() {
      // Nothing to give back: the writer belongs to the command.
    }
  }
}
