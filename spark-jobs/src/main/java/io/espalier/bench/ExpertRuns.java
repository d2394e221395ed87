package io.espalier.bench;

import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.torch.Precision;
import io.espalier.train.DomainSequences;
import io.espalier.train.GlobalBatch;
import io.espalier.train.OptimizerSettings;
import io.espalier.train.ParallelSettings;
import io.espalier.train.PolynomialSchedule;
import io.espalier.train.StabilitySettings;
import io.espalier.train.TrainingPlan;
import io.espalier.train.TrainingSettings;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Experts of one size, each with a domain of its own and a common seed, that can be trained side by
 * side as Spark tasks, one thread each.
 */
final class ExpertRuns {
  private static final long SEED = 20;

  /** Updates of the seed: an expert loads its weights and moments, however few made them. */
  private static final long SEED_STEPS = 1;

  private final SparkSession spark;
  private final BenchFolder folder;
  private final TrainSize size;
  private final GeneratedSequences table;
  private final TrainingSettings settings;
  private int trainings;

  private ExpertRuns(
      SparkSession spark,
      BenchFolder folder,
      TrainSize size,
      GeneratedSequences table,
      TrainingSettings settings) {
    this.spark = spark;
    this.folder = folder;
    this.size = size;
    this.table = table;
    this.settings = settings;
  }

  /**
   * Writes a table of sequences, one for every sample of each expert, and trains the seed, which
   * also loads the native library.
   *
   * @param folder for everything that is written; the caller closes it
   * @param experts at most as many as Spark has slots on this machine
   * @param steps updates of an expert
   * @param checkpointSteps updates between checkpoints; one more is saved at the end
   */
  static ExpertRuns prepare(
      SparkSession spark,
      BenchFolder folder,
      TrainSize size,
      int experts,
      int steps,
      int checkpointSteps) {
    Rule.positive("steps", steps);
    requireSlots(spark, experts);
    var sequences =
        new GeneratedSequences.Size(
            experts, (long) steps * size.sequences(), size.tokens(), size.vocabularySize());
    ExpertRuns runs =
        new ExpertRuns(
            spark,
            folder,
            size,
            GeneratedSequences.write(spark, folder.path(), sequences),
            settings(size, steps, checkpointSteps));
    runs.seed().train();
    return runs;
  }

  private static void requireSlots(SparkSession spark, int experts) {
    int slots = spark.sparkContext().isLocal() ? spark.sparkContext().defaultParallelism() : 0;
    if (slots < experts) {
      throw new ConfigException(
          "%d experts side by side need %d cores of this machine but Spark has %d (master %s)"
              .formatted(experts, experts, slots, spark.sparkContext().master()));
    }
  }

  /** What {@code reference.yaml} says, with the size's batch. */
  private static TrainingSettings settings(TrainSize size, int steps, int checkpointSteps) {
    return new TrainingSettings(
        Precision.FLOAT32,
        SEED_STEPS + steps,
        0,
        size.sequences(),
        size.sequences(),
        false,
        ParallelSettings.SERIAL,
        new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 1),
        new PolynomialSchedule(1e-3, 0.08, 1, 0),
        StabilitySettings.OFF,
        checkpointSteps,
        2,
        10,
        "cpu");
  }

  /**
   * Trains the first experts, all at the same time, from the seed to the same update.
   *
   * @param steps updates of each, at most as many as prepared
   */
  List<ExpertTime> train(int experts, long steps) {
    List<ExpertTask> tasks = IntStream.range(0, experts).mapToObj(e -> expert(e, steps)).toList();
    trainings++;
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(tasks, experts)
        .map(ExpertTask::train)
        .collect();
  }

  private ExpertTask expert(int number, long steps) {
    String name = "expert/" + number;
    TrainingPlan plan = plan(name, ExpertTask.SEED, number, SEED_STEPS, SEED_STEPS + steps);
    return task(plan, "%s-training-%d".formatted(name, trainings));
  }

  private ExpertTask seed() {
    return task(plan(ExpertTask.SEED, "", 0, 0, SEED_STEPS), ExpertTask.SEED);
  }

  private TrainingPlan plan(String name, String parent, int domain, long firstStep, long lastStep) {
    long sequences = (settings.steps() - SEED_STEPS) * size.sequences();
    return new TrainingPlan(
        name,
        parent,
        List.of(new DomainSequences(GeneratedSequences.domain(domain), sequences)),
        SEED,
        firstStep,
        lastStep,
        0,
        new GlobalBatch(size.sequences(), size.sequences()),
        ParallelSettings.SERIAL,
        settings);
  }

  private ExpertTask task(TrainingPlan plan, String checkpoints) {
    return new ExpertTask(table, folder.path().toString(), checkpoints, plan, size.model());
  }
}
