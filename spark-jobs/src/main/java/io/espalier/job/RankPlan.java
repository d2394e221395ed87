package io.espalier.job;

import io.espalier.model.RankCost;
import io.espalier.model.RankLoad;
import io.espalier.train.ModelSpec;
import io.espalier.train.ParallelSettings;
import io.espalier.train.TrainingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What each rank of one training will hold and send.
 *
 * @param training what is trained: seed, dense, or one of the experts
 * @param microBatchSequences sequences of one forward and backward pass
 * @param microBatches passes of each rank in one update
 * @param eachRank by formula
 */
public record RankPlan(
    String training,
    int tensorParallelSize,
    int dataParallelSize,
    boolean sequenceParallel,
    int microBatchSequences,
    int microBatches,
    RankCost eachRank) {

  /**
   * Plans seed, dense model and an expert.
   *
   * @param experts how many there will be; empty where only the text can tell, and an expert's
   *     batch is then taken for as large as the dense one
   */
  static List<RankPlan> of(ExperimentSettings settings, ModelSpec spec, OptionalInt experts) {
    TrainingSettings training = settings.training();
    int dense = training.globalBatchSequences();
    int given = settings.experts().globalBatchSequences();
    int expert = given > 0 ? given : Math.max(1, dense / experts.orElse(1));
    int branch = given > 0 && experts.isPresent() ? given * experts.getAsInt() : dense;
    List<RankPlan> plans = new ArrayList<>();
    if (training.seedSteps() > 0) {
      plans.add(of("seed", training, spec, training.parallel(), dense));
    }
    plans.add(of("expert", training, spec, settings.experts().parallel(), expert));
    plans.add(of("dense", training, spec, training.parallel(), branch));
    return plans;
  }

  private static RankPlan of(
      String name,
      TrainingSettings training,
      ModelSpec spec,
      ParallelSettings parallel,
      int globalSequences) {
    int perGroup = Math.max(1, globalSequences / parallel.dataParallelSize());
    int micro = Math.min(training.microBatchSequences(), perGroup);
    RankLoad load =
        new RankLoad(
            training.precision(),
            training.recompute(),
            parallel.tensorParallelSize(),
            parallel.dataParallelSize(),
            parallel.sequenceParallel(),
            parallel.shardOptimizer(),
            micro,
            perGroup / micro);
    return new RankPlan(
        name,
        load.tensorRanks(),
        load.dataRanks(),
        load.sequenceParallel(),
        micro,
        load.microBatches(),
        spec.architecture().rankCost(spec.vocabularySize(), spec.sequenceLengthTokens(), load));
  }

  static String header() {
    return "  %-14s %-26s %9s %9s %9s %11s %9s %12s%n"
        .formatted(
            "MB per rank",
            "",
            "weights",
            "gradients",
            "moments",
            "activations",
            "in all",
            "sent/update");
  }

  String toText() {
    return "  %-14s %-26s %9s %9s %9s %11s %9s %12s%n"
        .formatted(
            training,
            ranks(),
            megabytes(eachRank.weightBytes() + eachRank.computeWeightBytes()),
            megabytes(eachRank.gradientBytes()),
            megabytes(eachRank.momentBytes()),
            megabytes(eachRank.activationBytes()),
            megabytes(eachRank.memoryBytes()),
            eachRank.bytesSent() == 0 ? "–" : megabytes(eachRank.bytesSent()));
  }

  private String ranks() {
    int ranks = tensorParallelSize * dataParallelSize;
    return ranks == 1
        ? "1 rank"
        : "%d tensor × %d data%s"
            .formatted(tensorParallelSize, dataParallelSize, sequenceParallel ? ", sequence" : "");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
  }
}
