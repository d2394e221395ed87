package io.espalier.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.Provenance;
import io.espalier.model.Gpt2;
import io.espalier.model.ModelOptions;
import io.espalier.model.Ranks;
import io.espalier.torch.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** A model, two domains and settings so small that a training takes milliseconds an update. */
record TinyRun(Path folder, Precision precision, TrainingSettings settings, ModelSpec model) {
  static final int VOCABULARY = 61;
  static final int LENGTH = 12;
  static final ModelSpec MODEL = new ModelSpec(new Gpt2(2, 16, 2), VOCABULARY, LENGTH);
  static final List<DomainSequences> DOMAINS =
      List.of(new DomainSequences("even", 40), new DomainSequences("odd", 23));

  TinyRun(Path folder, Precision precision, TrainingSettings settings) {
    this(folder, precision, settings, MODEL);
  }

  /** Twenty updates, half of them the seed's; a checkpoint every five, a row every four. */
  static TinyRun in(Path folder) {
    return new TinyRun(folder, Precision.FLOAT32, settings(Precision.FLOAT32, 4, 2e-3));
  }

  static TrainingSettings settings(Precision precision, int microBatch, double peakRate) {
    return new TrainingSettings(
        precision,
        20,
        0.5,
        4,
        microBatch,
        false,
        ParallelSettings.SERIAL,
        new OptimizerSettings(0.9, 0.95, 1e-8, 0.1, 1),
        new CosineSchedule(peakRate, 0.2, 0.1),
        StabilitySettings.OFF,
        5,
        2,
        4,
        "cpu");
  }

  /** The same model with dropout everywhere. */
  static TinyRun dropping(Path folder, Precision precision, TrainingSettings settings) {
    Gpt2 gpt2 = new Gpt2(2, 16, 2, 0.1, 0.2, 0.3, false);
    return new TinyRun(folder, precision, settings, new ModelSpec(gpt2, VOCABULARY, LENGTH));
  }

  TinyRun with(TrainingSettings other) {
    return new TinyRun(folder, other.precision(), other, model);
  }

  TrainingPlanner planner() {
    return new TrainingPlanner(
        settings, new ExpertSettings(List.of(), 0, ParallelSettings.SERIAL), 20, DOMAINS);
  }

  ModelOptions options() {
    return new ModelOptions(precision, settings.recompute(), "cpu", 1);
  }

  /** Counts upwards in steps of two from a random start: a pattern that can be learned. */
  LocalShard shard(String domain) {
    DomainSequences size =
        DOMAINS.stream().filter(d -> d.domain().equals(domain)).findFirst().orElseThrow();
    try {
      return LocalShard.openOrWrite(
          folder.resolve("shards"),
          new ShardKey("tiny", 0, domain, "train"),
          TokenType.of(VOCABULARY),
          sink -> writeCounting(sink, size));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeCounting(SequenceStream.Sink sink, DomainSequences size)
      throws IOException {
    Random random = new Random(size.domain().hashCode());
    for (long i = 0; i < size.sequences(); i++) {
      int start = 2 * random.nextInt(VOCABULARY / 2) + (size.domain().equals("odd") ? 1 : 0);
      ByteBuffer tokens = ByteBuffer.allocate(2 * (LENGTH + 1)).order(ByteOrder.LITTLE_ENDIAN);
      for (int t = 0; t <= LENGTH; t++) {
        tokens.putShort((short) ((start + 2 * t) % VOCABULARY));
      }
      boolean last = i == size.sequences() - 1;
      sink.accept(tokens.array(), last ? 5 : LENGTH + 1);
    }
  }

  List<LocalShard> shards(TrainingPlan plan) {
    return plan.domains().stream().map(d -> shard(d.domain())).toList();
  }

  CheckpointFolder checkpoints(String name) {
    return CheckpointFolder.local(folder.resolve("checkpoints").resolve(name));
  }

  /** Trains into the folder of a name, which need not be the plan's. */
  TrainingResult train(TrainingPlan plan, String name, TrainingListener listener) {
    return train(plan, name, Ranks.serial(), listener);
  }

  /** As one of several ranks. */
  TrainingResult train(TrainingPlan plan, String name, Ranks ranks, TrainingListener listener) {
    Map<String, byte[]> companions =
        Map.of("config.json", "{}".getBytes(StandardCharsets.US_ASCII));
    CheckpointFolder own = checkpoints(name);
    TrainingCheckpoints checkpoints =
        plan.parent().isEmpty()
            ? TrainingCheckpoints.fromScratch(own, provenance(), companions)
            : TrainingCheckpoints.branch(own, latest(plan.parent()), provenance(), companions);
    return Trainer.train(plan, model, options(), ranks, shards(plan), checkpoints, listener);
  }

  TrainingResult train(TrainingPlan plan) {
    return train(plan, plan.checkpoint(), TrainingListener.SILENT);
  }

  Checkpoint latest(String name) {
    return checkpoints(name).latest().orElseThrow();
  }

  /** The SHA-256 of the tensors of the newest checkpoint: equal only if every bit is. */
  List<String> tensorHashes(String name) {
    Checkpoint checkpoint = latest(name);
    return Stream.of(ModelFiles.WEIGHTS, ModelFiles.MOMENTS)
        .map(file -> Objects.requireNonNull(checkpoint.manifest().files().get(file)).sha256())
        .toList();
  }

  static Provenance provenance() {
    return new Provenance(
        "test",
        JsonNodeFactory.instance.objectNode(),
        "test",
        Map.of(),
        List.of(),
        20,
        Hardware.ofThisMachine("cpu"));
  }
}
