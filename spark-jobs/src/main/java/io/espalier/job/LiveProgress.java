package io.espalier.job;

import io.espalier.upkeep.LiveStatus;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what it is told into the run's folder, from where {@code espalier status} reads it, and
 * passes everything on. Nothing is written before the first stage, so that a run that is refused
 * leaves nothing. Bounded whatever the run's size: at most {@value #MAXIMUM_ITEMS} items, and one
 * write in {@value #SECONDS_BETWEEN_WRITES} seconds. Safe for any number of threads.
 */
public final class LiveProgress extends RelayedProgress implements AutoCloseable {
  static final int MAXIMUM_ITEMS = 100;
  static final int MAXIMUM_STAGES = 50;
  private static final int MAXIMUM_MESSAGES = 10;
  private static final int MAXIMUM_CHARACTERS = 300;
  private static final int SECONDS_BETWEEN_WRITES = 2;
  private static final Logger LOG = LoggerFactory.getLogger(LiveProgress.class);

  private final Experiment experiment;
  private final Configuration configuration;
  private final String application;
  private final Clock clock;
  private final long startedMillis;
  private final Map<String, StageState> stages = new LinkedHashMap<>();
  private final Deque<String> messages = new ArrayDeque<>();
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "espalier-status");
            thread.setDaemon(true);
            return thread;
          });
  private @Nullable Future<?> writing;
  private boolean begun;
  private boolean failedToWrite;

  private static final class StageState {
    final String name;
    final long startedMillis;
    final Map<String, LiveStatus.Item> items = new LinkedHashMap<>();
    String description;
    String state = LiveStatus.RUNNING;
    String unit = "";
    long firstDone = -1;
    long firstMillis;

    StageState(String name, String description, long startedMillis) {
      this.name = name;
      this.description = description;
      this.startedMillis = startedMillis;
    }
  }

  private LiveProgress(
      ProgressListener to,
      Experiment experiment,
      Configuration configuration,
      String application,
      Clock clock) {
    super(to);
    this.experiment = experiment;
    this.configuration = configuration;
    this.application = application;
    this.clock = clock;
    this.startedMillis = clock.millis();
  }

  /**
   * Begins to watch; the caller closes it when the work is over.
   *
   * @param to is told everything, too
   */
  public static LiveProgress of(SparkSession spark, Experiment experiment, ProgressListener to) {
    LiveProgress live =
        new LiveProgress(
            to,
            experiment,
            spark.sessionState().newHadoopConf(),
            spark.sparkContext().applicationId(),
            Clock.systemUTC());
    live.writing =
        live.writer.scheduleWithFixedDelay(
            live::write, SECONDS_BETWEEN_WRITES, SECONDS_BETWEEN_WRITES, TimeUnit.SECONDS);
    return live;
  }

  @Override
  public void stageStarted(String stage, String description) {
    LogContext.stage(experiment.name(), stage);
    StageMetrics.started(stage);
    to.stageStarted(stage, description);
    begin(stage, description, LiveStatus.RUNNING);
    write();
  }

  @Override
  public void stageSkipped(String stage, String why) {
    to.stageSkipped(stage, why);
    begin(stage, why, "skipped");
  }

  @Override
  public void progress(
      String stage, String item, long done, long total, String unit, String detail) {
    StageMetrics.progress(stage, item, done, total);
    to.progress(stage, item, done, total, unit, detail);
    report(stage, new LiveStatus.Item(item, done, total, shortened(detail)), unit);
  }

  @Override
  public void stageFinished(String stage, String summary) {
    to.stageFinished(stage, summary);
    end(stage, summary);
    write();
  }

  @Override
  public void message(String line) {
    to.message(line);
    remember(line);
  }

  /** Says that the work is over: whole, or within a stage. */
  @Override
  public void close() {
    if (writing != null) {
      writing.cancel(false);
    }
    writer.shutdown();
    try {
      // A write that is under way must not come after the last word.
      if (!writer.awaitTermination(SECONDS_BETWEEN_WRITES, TimeUnit.SECONDS)) {
        LOG.warn("The status of {} is still being written", experiment.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    write(isWithinStage() ? LiveStatus.FAILED : LiveStatus.ENDED);
  }

  private synchronized void begin(String stage, String description, String state) {
    // Only who works has the run for itself; another's status stays as long as stages are skipped.
    begun |= state.equals(LiveStatus.RUNNING);
    stages.remove(stage); // A stage that comes again comes last.
    StageState started = new StageState(stage, shortened(description), clock.millis());
    started.state = state;
    stages.put(stage, started);
    if (stages.size() > MAXIMUM_STAGES) {
      stages.remove(stages.keySet().iterator().next());
    }
  }

  private synchronized void report(String stage, LiveStatus.Item item, String unit) {
    StageState state = stages.get(stage);
    if (state == null
        || (!state.items.containsKey(item.name()) && state.items.size() >= MAXIMUM_ITEMS)) {
      return;
    }
    state.items.put(item.name(), item);
    state.unit = unit;
    if (state.firstDone < 0 && item.done() > 0) {
      state.firstDone = done(state);
      state.firstMillis = clock.millis();
    }
  }

  private synchronized void end(String stage, String summary) {
    StageState state = stages.get(stage);
    if (state != null) {
      state.state = "finished";
      state.description = shortened(summary);
    }
  }

  private synchronized void remember(String line) {
    messages.addLast(shortened(line));
    if (messages.size() > MAXIMUM_MESSAGES) {
      messages.removeFirst();
    }
  }

  private synchronized boolean isWithinStage() {
    return stages.values().stream().anyMatch(stage -> stage.state.equals(LiveStatus.RUNNING));
  }

  private void write() {
    write(LiveStatus.RUNNING);
  }

  private synchronized void write(String state) {
    if (!begun || failedToWrite) {
      return;
    }
    LiveStatus status =
        new LiveStatus(
            state,
            application,
            ProcessName.ofThis(),
            startedMillis,
            clock.millis(),
            stages.values().stream().map(this::shown).toList(),
            List.copyOf(messages));
    try {
      status.write(configuration, experiment.paths());
    } catch (IOException e) {
      failedToWrite = true;
      LOG.warn("The status of {} can't be written any more: {}", experiment.name(), e.toString());
    }
  }

  private LiveStatus.Stage shown(StageState stage) {
    long done = done(stage);
    long total = stage.items.values().stream().mapToLong(LiveStatus.Item::total).sum();
    double seconds = (clock.millis() - stage.firstMillis) / 1e3;
    double speed =
        stage.firstDone >= 0 && seconds > 0 ? Math.max(0, (done - stage.firstDone) / seconds) : 0;
    boolean runs = stage.state.equals(LiveStatus.RUNNING);
    return new LiveStatus.Stage(
        stage.name,
        stage.description,
        stage.state,
        stage.startedMillis,
        done,
        total,
        stage.unit,
        speed,
        runs && speed > 0 ? (total - done) / speed : -1,
        runs ? new ArrayList<>(stage.items.values()) : List.of());
  }

  private static long done(StageState stage) {
    return stage.items.values().stream().mapToLong(LiveStatus.Item::done).sum();
  }

  private static String shortened(String text) {
    return text.length() <= MAXIMUM_CHARACTERS
        ? text
        : text.substring(0, MAXIMUM_CHARACTERS - 1) + "…";
  }
}
