package io.espalier.train;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.CheckpointWriter;
import io.espalier.checkpoint.ParentCheckpoint;
import io.espalier.checkpoint.Provenance;
import io.espalier.config.FormatException;
import io.espalier.model.LanguageModel;
import io.espalier.model.Ranks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's checkpoints come from and go to: its own folder, the parent it branches from, and
 * what every checkpoint holds besides tensors. Made inside the task. Not thread-safe.
 */
public final class TrainingCheckpoints {
  private final CheckpointFolder own;
  private final @Nullable Checkpoint parent;
  private final boolean sameTraining;
  private final Provenance provenance;
  private final Map<String, byte[]> companions;

  private TrainingCheckpoints(
      CheckpointFolder own,
      @Nullable Checkpoint parent,
      boolean sameTraining,
      Provenance provenance,
      Map<String, byte[]> companions) {
    this.own = own;
    this.parent = parent;
    this.sameTraining = sameTraining;
    this.provenance = provenance;
    this.companions = Map.copyOf(companions);
  }

  /**
   * For a run that starts from initialisation.
   *
   * @param companions small files that every checkpoint gets, by name: {@code config.json}, {@code
   *     tokenizer.json}, …
   */
  public static TrainingCheckpoints fromScratch(
      CheckpointFolder own, Provenance provenance, Map<String, byte[]> companions) {
    return new TrainingCheckpoints(own, null, false, provenance, companions);
  }

  /**
   * For a run that goes on from a parent's weights and moments; provenance will name the parent.
   */
  public static TrainingCheckpoints branch(
      CheckpointFolder own,
      Checkpoint parent,
      Provenance provenance,
      Map<String, byte[]> companions) {
    return new TrainingCheckpoints(own, parent, false, provenance, companions);
  }

  /**
   * For the next stretch of one training: what it goes on from may be removed afterwards, so
   * provenance will name what the first stretch began with.
   */
  public static TrainingCheckpoints stretch(
      CheckpointFolder own,
      Checkpoint before,
      Provenance provenance,
      Map<String, byte[]> companions) {
    return new TrainingCheckpoints(own, before, true, provenance, companions);
  }

  /** What a run goes on with. */
  record Start(TrainingState state, List<MetricsRow> rows) {}

  /** The result of a run whose last checkpoint is there and whole, without loading it. */
  Optional<TrainingResult> completed(TrainingPlan plan, JsonNode identity) {
    List<Checkpoint> all = own.all();
    if (all.isEmpty() || all.get(all.size() - 1).step() != plan.lastStep()) {
      return Optional.empty();
    }
    return own.latest()
        .filter(newest -> newest.step() == plan.lastStep())
        .map(
            newest -> {
              PlanIdentity.requireSame(
                  newest.location(), TrainingState.of(newest).plan(), identity);
              return TrainingResult.of(plan.checkpoint(), newest, plan.lastStep());
            });
  }

  /** The identity of a plan with this parent. */
  JsonNode identity(TrainingPlan plan, ModelSpec model) {
    boolean hasParent = parent != null;
    if (plan.parent().isEmpty() == hasParent) {
      throw new IllegalArgumentException(
          "%s branches from \"%s\" but got %s"
              .formatted(plan.checkpoint(), plan.parent(), hasParent ? "a parent" : "no parent"));
    }
    String begunWith =
        parent != null
            ? parent.hash()
            : InitialWeights.of(plan.settings()).map(InitialWeights::hash).orElse("");
    return PlanIdentity.of(plan, model, begunWith);
  }

  /**
   * Fills the model from the run's newest whole checkpoint, else from its parent, else anew. Each
   * rank reads what it holds, so damage that one comes upon is damage for all of them.
   */
  Start restore(LanguageModel model, TrainingPlan plan, JsonNode identity, Ranks ranks) {
    return own.loadLatest(checkpoint -> resume(model, checkpoint, identity, ranks))
        .orElseGet(
            () ->
                parent == null
                    ? fresh(model, plan, identity)
                    : branch(model, plan, identity, parent));
  }

  private static Start resume(
      LanguageModel model, Checkpoint checkpoint, JsonNode identity, Ranks ranks) {
    Optional<FormatException> damage = Optional.empty();
    Optional<Start> start = Optional.empty();
    try {
      start = Optional.of(resume(model, checkpoint, identity));
    } catch (FormatException e) {
      damage = Optional.of(e);
    }
    boolean whole = ranks.sum(damage.isPresent() ? 1 : 0) == 0;
    if (whole && start.isPresent()) {
      return start.get();
    }
    throw damage.orElseGet(checkpoint::damagedElsewhere);
  }

  private static Start resume(LanguageModel model, Checkpoint checkpoint, JsonNode identity) {
    TrainingState state = TrainingState.of(checkpoint);
    PlanIdentity.requireSame(checkpoint.location(), state.plan(), identity);
    ModelFiles.loadWeights(model, checkpoint);
    ModelFiles.loadMoments(model, checkpoint);
    return new Start(state, TrainingMetrics.of(checkpoint));
  }

  private static Start fresh(LanguageModel model, TrainingPlan plan, JsonNode identity) {
    model.initialize(plan.seed());
    InitialWeights.of(plan.settings()).ifPresent(weights -> weights.load(model));
    return begin(plan, identity, 0, 0, StabilityState.NONE);
  }

  private static Start branch(
      LanguageModel model, TrainingPlan plan, JsonNode identity, Checkpoint parent) {
    if (parent.step() != plan.firstStep()) {
      throw new IllegalStateException(
          "%s goes on after update %d but %s has made %d"
              .formatted(plan.checkpoint(), plan.firstStep(), parent.location(), parent.step()));
    }
    boolean hasState = parent.has(TrainingState.FILE);
    long updates = hasState ? TrainingState.of(parent).optimizerUpdates() : plan.firstStep();
    long tokens = hasState ? TrainingState.of(parent).tokens() : 0;
    StabilityState stability = hasState ? inherited(plan, parent) : StabilityState.NONE;
    if (parent.has(ModelFiles.MOMENTS)) {
      ModelFiles.loadMoments(model, parent);
    } else {
      model.initialize(plan.seed()); // Zero moments: an own checkpoint may have been half loaded.
      updates = 0;
    }
    ModelFiles.loadWeights(model, parent);
    return begin(plan, identity, updates, tokens, stability);
  }

  private static StabilityState inherited(TrainingPlan plan, Checkpoint parent) {
    TrainingState state = TrainingState.of(parent);
    return state.stability().inherited(plan.domains().size(), state.plan().path("domains").size());
  }

  private static Start begin(
      TrainingPlan plan, JsonNode identity, long updates, long tokens, StabilityState stability) {
    TrainingState state =
        new TrainingState(
            plan.firstStep(),
            updates,
            tokens,
            plan.firstSample() + stability.skippedSamples(),
            TrainingCost.NONE,
            MetricsInterval.EMPTY,
            stability,
            identity);
    return new Start(state, List.of());
  }

  /** Commits a checkpoint and removes the oldest beyond those that are kept. */
  Checkpoint save(
      LanguageModel model, TrainingPlan plan, TrainingState state, List<MetricsRow> rows) {
    Checkpoint saved;
    try (CheckpointWriter writer = own.begin(state.step())) {
      ModelFiles.save(model, writer);
      companions.forEach(writer::bytes);
      writer.json(TrainingState.FILE, state.toJson());
      writer.json(TrainingMetrics.FILE, TrainingMetrics.toJson(rows, state.stability().rewinds()));
      saved = writer.commit(provenance(plan));
    }
    own.prune(plan.settings().keepCheckpoints());
    return saved;
  }

  /** What another rank than the one that saves does meanwhile: it hands over what it alone has. */
  void contribute(LanguageModel model, Ranks ranks) {
    if (ranks.data().rank() == 0) {
      ModelFiles.contribute(model);
    } else if (ranks.optimizerRanks() > 1) {
      ModelFiles.contributeMoments(model);
    }
  }

  /** The run's newest whole checkpoint. */
  Checkpoint newest() {
    return own.latest()
        .orElseThrow(
            () -> new FormatException("%s has no whole checkpoint".formatted(own.location())));
  }

  /** What stays on disk, for a message. */
  String kept() {
    List<Checkpoint> all = own.all();
    return all.isEmpty()
        ? "no checkpoint of it was written yet"
        : "its last good checkpoint stays at " + all.get(all.size() - 1).location();
  }

  private Provenance provenance(TrainingPlan plan) {
    if (parent == null) {
      return provenance;
    }
    return provenance.withParents(
        sameTraining
            ? parent.manifest().provenance().parents()
            : List.of(new ParentCheckpoint(plan.parent(), parent.step(), parent.hash(), 1)));
  }
}
