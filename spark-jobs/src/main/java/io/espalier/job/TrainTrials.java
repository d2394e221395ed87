package io.espalier.job;

import io.espalier.checkpoint.Checkpoint;
import io.espalier.config.ConfigException;
import io.espalier.study.Trial;
import io.espalier.study.TrialQueue;
import io.espalier.train.TrainingPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Trains everything that trials need: a Spark job of one task per training, as many at once as
 * there are slots. What is complete isn't trained again, and a training that fails stops its own
 * trial alone.
 */
final class TrainTrials {
  /** In progress, provenance and ledger. */
  static final String STAGE = "train-trials";

  private final Run run;
  private final RunModel model;

  TrainTrials(Run run, RunModel model) {
    this.run = run;
    this.model = model;
  }

  /**
   * Trains what is missing and fills the tables metrics and ledger.
   *
   * @return name of each training that failed → why
   */
  Map<String, String> train(List<Trial> trials) {
    List<TrainingPlan> plans = trials.stream().flatMap(t -> t.plans().stream()).toList();
    List<TrainingPlan> missing =
        plans.stream().filter(p -> model.files().complete(p).isEmpty()).toList();
    Map<String, String> failures = new ConcurrentHashMap<>();
    if (missing.isEmpty()) {
      run.listener().stageSkipped(STAGE, "complete: %d trials".formatted(trials.size()));
    } else {
      run.listener().stageStarted(STAGE, described(trials, missing));
      missing.forEach(this::announce);
      long start = System.nanoTime();
      trainAll(missing, failures);
      double seconds = (System.nanoTime() - start) / 1e9;
      run.listener().stageFinished(STAGE, summary(missing, failures, seconds));
    }
    record(plans);
    return failures;
  }

  private void trainAll(List<TrainingPlan> plans, Map<String, String> failures) {
    TrialQueue queue = new TrialQueue(plans);
    List<Thread> threads =
        Stream.generate(() -> new Thread(() -> work(queue, failures), STAGE))
            .limit(Math.min(run.slots(), plans.size()))
            .toList();
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        queue.close();
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void work(TrialQueue queue, Map<String, String> failures) {
    try {
      Optional<TrainingPlan> plan = queue.take();
      while (plan.isPresent()) {
        train(plan.get(), queue, failures);
        plan = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void train(TrainingPlan plan, TrialQueue queue, Map<String, String> failures) {
    TrainTask task = new TrainTask(model.files(), plan, model.spec(), STAGE, threads());
    try {
      OneTaskPerPlan.longestFirst(
          run.spark(), plan.checkpoint(), List.of(task), t -> 1, TrainTask::train);
      queue.completed(plan);
    } catch (Exception | LinkageError failure) { // Spark throws what its methods don't declare.
      String reason = reason(failure);
      failures.put(plan.checkpoint(), reason);
      run.listener().message("%s failed: %s".formatted(plan.checkpoint(), reason));
      queue.failed(plan);
    }
  }

  private int threads() {
    return run.coresForEachOf(run.slots());
  }

  private void announce(TrainingPlan plan) {
    long tokens = plan.tokens(model.spec().sequenceLengthTokens());
    run.listener().progress(STAGE, plan.checkpoint(), 0, tokens, "tokens", "");
  }

  /** The tables are filled once all is trained: checkpoints are the durable record until then. */
  private void record(List<TrainingPlan> plans) {
    Map<String, Checkpoint> finished = new LinkedHashMap<>();
    for (TrainingPlan plan : plans) {
      model
          .files()
          .complete(plan)
          .ifPresent(checkpoint -> finished.put(plan.checkpoint(), checkpoint));
    }
    new TrainingRecords(run, model).add(STAGE, finished);
  }

  private String described(List<Trial> trials, List<TrainingPlan> missing) {
    return String.format(
        Locale.ROOT,
        "%d trainings of %d trials, %,d tokens",
        missing.size(),
        trials.size(),
        tokens(missing));
  }

  private String summary(List<TrainingPlan> trained, Map<String, String> failures, double seconds) {
    List<TrainingPlan> done = new ArrayList<>(trained);
    done.removeIf(plan -> model.files().complete(plan).isEmpty());
    return String.format(
        Locale.ROOT,
        "%d trainings, %,d tokens, %,.0f tokens/s%s",
        done.size(),
        tokens(done),
        tokens(done) / Math.max(seconds, 1e-3),
        failures.isEmpty() ? "" : ", %d failed".formatted(failures.size()));
  }

  private long tokens(List<TrainingPlan> plans) {
    return plans.stream().mapToLong(p -> p.tokens(model.spec().sequenceLengthTokens())).sum();
  }

  /** What a person can act on, from the cause that says it. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof ConfigException) {
        break;
      }
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return root instanceof ConfigException
        ? message
        : root.getClass().getSimpleName() + ": " + message;
  }
}
