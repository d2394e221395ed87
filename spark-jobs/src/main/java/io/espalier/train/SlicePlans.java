package io.espalier.train;

import java.util.List;

/**
 * An expert's training in slices, as plans: each goes on from the one before, the first from the
 * seed, so that together they see the samples that one training of as many updates would.
 *
 * @param experts what each expert's training would be if all made the same number of updates
 * @param sliceSteps updates of a slice
 */
public record SlicePlans(List<TrainingPlan> experts, int sliceSteps) {
  private static final String SLICES = "slices/";
  private static final String EXPERT = "expert/";

  public SlicePlans {
    experts = List.copyOf(experts);
  }

  /** Who decides which of them is trained next. */
  public MarginalSlices decisions() {
    List<String> domains = experts.stream().map(SlicePlans::domain).toList();
    long total = experts.stream().mapToLong(TrainingPlan::steps).sum();
    return new MarginalSlices(domains, total / sliceSteps);
  }

  /** Name of an expert's slice. */
  public static String name(String domain, int number) {
    return folder(domain) + "/" + number;
  }

  /** What the names of an expert's slices lie under. */
  public static String folder(String domain) {
    return SLICES + domain;
  }

  /** Whether a checkpoint of this name is a slice's. */
  public static boolean isSlice(String checkpoint) {
    return checkpoint.startsWith(SLICES);
  }

  /** The expert that a slice is a stretch of; any other checkpoint's own name. */
  public static String expertOf(String checkpoint) {
    return isSlice(checkpoint)
        ? EXPERT + checkpoint.substring(SLICES.length(), checkpoint.lastIndexOf('/'))
        : checkpoint;
  }

  /**
   * A slice. Its rate is constant: that of the experiment's schedule where the experts would be on
   * average when its round began.
   *
   * @param number from 1
   * @param spent slices that all experts together had when the round began
   */
  public TrainingPlan slice(String domain, int number, long spent) {
    TrainingPlan expert = expert(domain);
    long average = expert.firstStep() + spent * sliceSteps / experts.size();
    double rate = expert.learningRate(average);
    return stretch(
        name(domain, number),
        number == 1 ? expert.parent() : name(domain, number - 1),
        expert,
        stepAfter(expert, number - 1),
        stepAfter(expert, number),
        rate);
  }

  /** The expert after its last slice: the same weights under its own name, no update of its own. */
  public TrainingPlan whole(String domain, int slices) {
    TrainingPlan expert = expert(domain);
    long step = stepAfter(expert, slices);
    double rate = expert.settings().schedule().peakLearningRate();
    return stretch(expert.checkpoint(), name(domain, slices), expert, step, step, rate);
  }

  private static TrainingPlan stretch(
      String checkpoint,
      String parent,
      TrainingPlan expert,
      long firstStep,
      long lastStep,
      double rate) {
    return new TrainingPlan(
        checkpoint,
        parent,
        expert.domains(),
        expert.seed(),
        firstStep,
        lastStep,
        expert.sampleAt(firstStep),
        expert.batch(),
        expert.parallel(),
        expert.settings().ofSlice(lastStep, rate));
  }

  private long stepAfter(TrainingPlan expert, int slices) {
    return expert.firstStep() + (long) slices * sliceSteps;
  }

  private TrainingPlan expert(String domain) {
    return experts.stream()
        .filter(plan -> domain(plan).equals(domain))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(domain + " has no expert"));
  }

  private static String domain(TrainingPlan plan) {
    return plan.domains().get(0).domain();
  }
}
