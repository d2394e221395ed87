package io.espalier.job;

import io.espalier.config.ConfigException;
import io.espalier.merge.UniformWeights;
import io.espalier.prep.MegatronSettings;
import io.espalier.prep.PreparationPlan;
import io.espalier.prep.Role;
import io.espalier.prep.SourceSettings;
import io.espalier.prep.TrainTokenizer;
import io.espalier.table.DeltaSession;
import io.espalier.text.TokenizerFile;
import io.espalier.torch.TorchRuntime;
import io.espalier.train.InitialWeights;
import io.espalier.train.ModelSpec;
import io.espalier.train.ParallelSettings;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What can be known to be wrong before a run does anything: refused with a {@link ConfigException}
 * of one sentence, within seconds, with nothing written.
 */
final class Preflight {
  private Preflight() {}

  /** The run's tables: commits of two drivers must be kept apart where they lie. */
  static void checkTables(SparkSession spark, Experiment experiment) {
    DeltaSession.requireSafeLog(spark, experiment.paths().root());
  }

  /** The run's folder: reachable, with room, of this experiment or new. */
  static void checkFolder(Experiment experiment, Configuration configuration) {
    ReachableStorage.check("output", experiment.paths().root(), configuration);
    RunFolder.check(experiment, configuration);
  }

  /** The device, where this process is the one that computes. */
  static void checkDevice(ExperimentSettings settings) {
    try {
      TorchRuntime.device(settings.training().device());
    } catch (ConfigException e) {
      throw new ConfigException("training." + e.getMessage(), e);
    }
  }

  /**
   * That merges which take all experts can merge so many, where the text needn't be read for it.
   */
  static void checkMerges(ExperimentSettings settings, PreparationPlan text) {
    PlannedScoring.experts(settings, text)
        .ifPresent(
            experts ->
                settings.merge().stream()
                    .filter(merge -> merge.weights() instanceof UniformWeights)
                    .forEach(merge -> merge.method().checkExperts(experts)));
  }

  /** That the experts' updates can be divided, where the text needn't be read to name them. */
  static void checkBudget(ExperimentSettings settings, PreparationPlan text) {
    List<String> chosen = settings.experts().domains();
    long each = settings.training().steps() - settings.training().seedSteps();
    Optional<List<String>> domains =
        chosen.isEmpty()
            ? PlannedScoring.domains(text, Role.TRAINING).map(List::copyOf)
            : Optional.of(chosen);
    domains.ifPresent(names -> settings.experts().budget().check(names, each));
  }

  /**
   * That ranks which start together find room and the model divides among them: Spark would try a
   * barrier stage without enough slots again and again, for minutes.
   */
  static void checkRanks(ExperimentSettings settings, SparkContext spark) {
    int wanted =
        Math.max(
            settings.training().parallel().worldSize(), settings.experts().parallel().worldSize());
    // One rank is a task like any other, which takes the first slot that comes.
    int slots = wanted == 1 ? 1 : slots(spark, wanted);
    checkRanks("training", settings.training().parallel(), settings, slots, spark.conf());
    checkRanks("experts", settings.experts().parallel(), settings, slots, spark.conf());
  }

  /** Executors of a cluster need a moment to come: waits for them as long as Spark would. */
  private static int slots(SparkContext spark, int wanted) {
    double seconds =
        spark.conf().getTimeAsSeconds("spark.scheduler.maxRegisteredResourcesWaitingTime", "30s");
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (true) {
      int slots = TaskSlots.of(spark);
      if (slots >= wanted || spark.isLocal() || System.nanoTime() > end) {
        return slots;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return slots;
      }
    }
  }

  private static void checkRanks(
      String section,
      ParallelSettings parallel,
      ExperimentSettings settings,
      int slots,
      SparkConf spark) {
    settings.model().requireWholeHeads(parallel.tensorParallelSize());
    int ranks = parallel.worldSize();
    if (ranks > 1 && spark.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new ConfigException(
          "spark.dynamicAllocation.enabled is true but the %d ranks of %s.parallel start together in a barrier stage, which Spark refuses then; --conf spark.dynamicAllocation.enabled=false would work"
              .formatted(ranks, section));
    }
    if (ranks > slots) {
      throw new ConfigException(
          "%s.parallel has tensor_parallel_size (%d) × data_parallel_size (%d) = %d ranks but Spark has %d task slots; fewer ranks or more cores would work"
              .formatted(
                  section,
                  parallel.tensorParallelSize(),
                  parallel.dataParallelSize(),
                  ranks,
                  slots));
    }
  }

  /** The text, and a tokenizer that is given. */
  static PreparationPlan checkText(ExperimentSettings settings, Configuration configuration) {
    checkReachable("training", settings.data().training(), configuration);
    checkReachable("evaluation", settings.data().evaluation(), configuration);
    List<MegatronSettings> corpora = settings.data().megatron();
    for (int i = 0; i < corpora.size(); i++) {
      ReachableStorage.check(
          "data.megatron[%d].path".formatted(i), corpora.get(i).path(), configuration);
    }
    ReachableStorage.check("tokenizer.path", settings.tokenizer().path(), configuration);
    TrainTokenizer.given(configuration, settings.tokenizer());
    return PreparationPlan.of(configuration, settings.data(), settings.seed());
  }

  /** Weights that are given: of this experiment's shape. */
  static void checkInitialWeights(ExperimentSettings settings, int vocabularySize) {
    InitialWeights.of(settings.training())
        .ifPresent(
            weights ->
                weights.check(
                    new ModelSpec(
                        settings.model(),
                        vocabularySize,
                        settings.packing().sequenceLengthTokens())));
  }

  /** Entries of the tokenizer that is given, or of the one that will be trained. */
  static int vocabularySize(ExperimentSettings settings, Configuration configuration) {
    return TrainTokenizer.given(configuration, settings.tokenizer())
        .map(TokenizerFile::vocabularySize)
        .orElse(settings.tokenizer().vocabularySize());
  }

  private static void checkReachable(
      String role, List<SourceSettings> sources, Configuration configuration) {
    for (int i = 0; i < sources.size(); i++) {
      String key = "data.%s[%d].path".formatted(role, i);
      ReachableStorage.check(key, sources.get(i).path(), configuration);
    }
  }
}
