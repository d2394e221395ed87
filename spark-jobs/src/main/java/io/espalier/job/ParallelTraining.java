package io.espalier.job;

import io.espalier.config.ConfigException;
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
    plans.forEach(plan -> plan.requireDivisible(spec));
    int atOnce = groupsAtOnce(parallel);
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
    ParallelSettings parallel = plan.parallel();
    int threads = run.coresForEachOf(parallel.worldSize());
    TrainTask task = new TrainTask(files, plan, spec, stage, threads);
    RanksOfStage ranks = new RanksOfStage(parallel, isEncrypted());
    return BarrierStage.run(
        run.spark(),
        stage + " " + plan.checkpoint(),
        parallel.worldSize(),
        context -> ranks.meet(context, task.fingerprint(), task.device(), task::train));
  }

  private boolean isEncrypted() {
    SparkConf conf = run.spark().sparkContext().conf();
    return conf.getBoolean("spark.network.crypto.enabled", false)
        || conf.getBoolean("spark.ssl.rpc.enabled", false);
  }

  /** How many models fit at a time; refuses what Spark would retry in silence for minutes. */
  private int groupsAtOnce(ParallelSettings parallel) {
    SparkConf conf = run.spark().sparkContext().conf();
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled is true but %d ranks start together in a barrier stage, which Spark refuses then; --conf spark.dynamicAllocation.enabled=false would work"
              .formatted(parallel.worldSize()));
    }
    int slots = run.slots();
    if (parallel.worldSize() > slots) {
      throw new ConfigException(
          "tensor_parallel_size (%d) × data_parallel_size (%d) is %d but Spark has %d task slots; fewer ranks or more cores would work"
              .formatted(
                  parallel.tensorParallelSize(),
                  parallel.dataParallelSize(),
                  parallel.worldSize(),
                  slots));
    }
    return slots / parallel.worldSize();
  }
}
