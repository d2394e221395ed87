package io.espalier.job;

import io.espalier.train.ModelSpec;
import io.espalier.train.ParallelSettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;

/**
 * Trains models that several ranks compute together: a barrier stage for each, as many at a time as
 * there are slots (Shoeybi et al. 2019, on Spark's barrier execution mode).
 */
final class ParallelTraining {
  private final Run run;
  private final ModelSpec spec;
  private final RunFiles files;

  ParallelTraining(Run run, ModelSpec spec, RunFiles files) {
    this.run = run;
    this.spec = spec;
    this.files = files;
  }

  /** Trains the plans, which have the same number of ranks; results in their order. */
  List<TrainingResult> train(String stage, List<TrainingPlan> plans) {
    ParallelSettings parallel = plans.get(0).parallel();
    int atOnce = Math.max(1, run.slots() / parallel.worldSize());
    ExecutorService drivers = Executors.newFixedThreadPool(Math.min(atOnce, plans.size()));
    try {
      List<Future<TrainingResult>> running = new ArrayList<>();
      for (TrainingPlan plan : plans) {
        running.add(drivers.submit(() -> train(stage, plan)));
      }
      List<TrainingResult> results = new ArrayList<>();
      for (Future<TrainingResult> result : running) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(stage + " failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stage + " was interrupted", e);
    } finally {
      drivers.shutdownNow();
    }
  }

  private TrainingResult train(String stage, TrainingPlan plan) {
    return Resubmission.whileMovingOn(
        plan.checkpoint(), () -> files.newestStep(plan), () -> submit(stage, plan));
  }

  private TrainingResult submit(String stage, TrainingPlan plan) {
    ParallelSettings parallel = plan.parallel();
    Consumer<String> told =
        line -> run.listener().message("%s %s: %s".formatted(stage, plan.checkpoint(), line));
    TaskSlots.await(run.spark().sparkContext(), parallel.worldSize(), told);
    int threads = run.coresForEachOf(parallel.worldSize());
    TrainTask task = new TrainTask(files, plan, spec, stage, threads);
    RanksOfStage ranks = new RanksOfStage(parallel, isEncrypted());
    return SlotMeter.holding(
        run.spark().sparkContext(),
        threads,
        () ->
            BarrierStage.run(
                run.spark(),
                stage + " " + plan.checkpoint(),
                parallel.worldSize(),
                parallel.timeoutSeconds(),
                told,
                context -> ranks.meet(context, task.fingerprint(), task.device(), task::train)));
  }

  private boolean isEncrypted() {
    SparkConf conf = run.spark().sparkContext().conf();
    return conf.getBoolean("spark.network.crypto.enabled", false)
        || conf.getBoolean("spark.ssl.rpc.enabled", false);
  }
}
