package io.espalier.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.checkpoint.Fence;
import io.espalier.checkpoint.Hardware;
import io.espalier.checkpoint.Provenance;
import io.espalier.config.ConfigFile;
import io.espalier.config.FormatException;
import io.espalier.config.RunPaths;
import io.espalier.evaluate.ScoredModel;
import io.espalier.table.PinnedSequences;
import io.espalier.train.LocalShard;
import io.espalier.train.ModelSpec;
import io.espalier.train.ShardKey;
import io.espalier.train.TokenType;
import io.espalier.train.TrainingPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What a task needs to know about its run to read and write its files: sent along with every plan.
 *
 * @param sequencesVersion version of the sequences table that everything is pinned to
 * @param hadoopSettings of the driver's session
 * @param configurationYaml the resolved configuration, for provenance
 * @param endOfTextId the tokenizer's token between documents
 * @param fences of the driver, which are asked before anything is committed
 */
record RunFiles(
    RunPaths paths,
    long sequencesVersion,
    Map<String, String> hadoopSettings,
    String configurationYaml,
    String codeVersion,
    long seed,
    int endOfTextId,
    List<Fence> fences)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  Configuration configuration() {
    Configuration configuration = new Configuration();
    hadoopSettings.forEach(configuration::set);
    return configuration;
  }

  /** The folder of a model's checkpoints: {@code seed}, {@code expert/legal}, …. */
  CheckpointFolder checkpoints(String name) {
    return checkpoints(name, fences);
  }

  /**
   * The same for a training: from now on its earlier writers, if any still live, commit nothing.
   */
  CheckpointFolder checkpointsToWrite(String name) {
    List<Fence> all = new ArrayList<>(fences);
    if (!fences.isEmpty()) {
      String holder = RunLease.holder("a task that trains " + name);
      all.add(Fence.replacing(configuration(), paths.lease(name), holder));
    }
    return checkpoints(name, all);
  }

  private CheckpointFolder checkpoints(String name, List<Fence> asked) {
    Configuration configuration = configuration();
    return CheckpointFolder.open(configuration, paths.checkpoint(name))
        .fencedBy(asked, configuration);
  }

  /**
   * A checkpoint that must be the very one.
   *
   * @throws FormatException if its folder has none of this hash any more
   */
  Checkpoint checkpoint(ScoredModel scored) {
    return checkpoints(scored.checkpoint()).all().stream()
        .filter(found -> found.hash().equals(scored.hash()))
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    "The checkpoint of %s with hash %s is gone"
                        .formatted(scored.checkpoint(), scored.hash())));
  }

  /** The last checkpoint of a training; empty until that is complete. */
  Optional<Checkpoint> complete(TrainingPlan plan) {
    return checkpoints(plan.checkpoint()).all().stream()
        .filter(checkpoint -> checkpoint.step() == plan.lastStep())
        .findFirst();
  }

  /** Updates of a training's newest checkpoint; -1 if it has none. */
  long newestStep(TrainingPlan plan) {
    return checkpoints(plan.checkpoint()).all().stream()
        .mapToLong(Checkpoint::step)
        .max()
        .orElse(-1);
  }

  /**
   * The domain's sequences as mapped files of this host; written on first use.
   *
   * @param vocabularySize decides how wide a token is
   */
  LocalShard shard(String domain, String split, int vocabularySize) {
    try {
      PinnedSequences table =
          PinnedSequences.open(paths.table("sequences"), sequencesVersion, hadoopSettings);
      return LocalShard.openOrWrite(
          LocalShard.folderOfHost(),
          new ShardKey(table.tableId(), sequencesVersion, domain, split),
          TokenType.of(vocabularySize),
          sink -> {
            try (var sequences = table.read(domain, split)) {
              while (sequences.hasNext()) {
                var sequence = sequences.next();
                sink.accept(sequence.tokens(), sequence.tokenCount());
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write the sequences of %s to %s".formatted(domain, LocalShard.folderOfHost()), e);
    }
  }

  /** The small files that let Hugging Face open a checkpoint as it lies. */
  Map<String, byte[]> companions(ModelSpec spec) {
    try {
      Map<String, Object> config =
          spec.architecture()
              .huggingFaceConfig(spec.vocabularySize(), spec.sequenceLengthTokens(), endOfTextId);
      return Map.of(
          CheckpointFiles.CONFIG, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config),
          CheckpointFiles.TOKENIZER, tokenizerFile(CheckpointFiles.TOKENIZER),
          CheckpointFiles.TOKENIZER_CONFIG, tokenizerFile(CheckpointFiles.TOKENIZER_CONFIG));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the tokenizer in " + paths.tokenizer(), e);
    }
  }

  /** Where a checkpoint of this run comes from. */
  Provenance provenance(String stage, String device) {
    return new Provenance(
        stage,
        ConfigFile.parse("experiment.yaml", configurationYaml),
        codeVersion,
        Map.of("sequences", sequencesVersion),
        List.of(),
        seed,
        Hardware.ofThisMachine(device));
  }

  private byte[] tokenizerFile(String name) throws IOException {
    var path = new org.apache.hadoop.fs.Path(paths.tokenizer(), name);
    try (InputStream in = path.getFileSystem(configuration()).open(path)) {
      return in.readAllBytes();
    }
  }
}
