package io.espalier.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import java.util.List;

/** What an average of trained checkpoints hands on to the training that branches from it. */
public final class BranchState {
  /** The file's name in a checkpoint. */
  public static final String FILE = TrainingState.FILE;

  private BranchState() {}

  /**
   * The state beside averaged weights and moments. The moments have seen as many updates as the
   * youngest of the averaged ones, which decides AdamW's bias correction; the tokens are those of
   * the one that has seen most.
   *
   * @param averaged checkpoints of trainings
   * @param step where the branch goes on in the schedule
   */
  public static JsonNode of(List<Checkpoint> averaged, long step) {
    List<TrainingState> states = averaged.stream().map(TrainingState::of).toList();
    // Who had to lower its rate to stay stable lowers that of the average too.
    double factor =
        states.stream().mapToDouble(s -> s.stability().learningRateFactor()).min().orElse(1);
    return new TrainingState(
            step,
            states.stream().mapToLong(TrainingState::optimizerUpdates).min().orElse(0),
            states.stream().mapToLong(TrainingState::tokens).max().orElse(0),
            0,
            TrainingCost.NONE,
            MetricsInterval.EMPTY,
            new StabilityState(List.of(), List.of(), 0, factor, List.of()),
            TrainingJson.MAPPER.createObjectNode())
        .toJson();
  }

  /** Number of the next sample of a training, in the order of its domains. */
  public static long nextSample(Checkpoint checkpoint) {
    return TrainingState.of(checkpoint).nextSample();
  }

  /**
   * Domains whose text a training has seen itself, its parents' not.
   *
   * @param state the file {@link #FILE} of a checkpoint
   */
  public static List<String> domainsSeen(JsonNode state) {
    return state.path("plan").path("domains").findValuesAsText("domain");
  }

  /** Updates that a complete training made itself. */
  public static long steps(Checkpoint checkpoint) {
    TrainingState state = TrainingState.of(checkpoint);
    return state.step() - state.plan().path("first_step").asLong();
  }
}
