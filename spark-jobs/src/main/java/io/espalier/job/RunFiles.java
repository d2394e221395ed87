package io.espalier.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
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
import java.nio.file.Path;
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
 */
record RunFiles(
    RunPaths paths,
    long sequencesVersion,
    Map<String, String> hadoopSettings,
    String configurationYaml,
    String codeVersion,
    long seed,
    int endOfTextId)
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
    return CheckpointFolder.open(configuration(), paths.checkpoint(name));
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
          shardFolder(),
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
          "Cannot write the sequences of %s to %s".formatted(domain, shardFolder()), e);
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

  /** Shared by all tasks of a host; names of shards hold the table's identity and version. */
  private static Path shardFolder() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "espalier-" + System.getProperty("user.name"),
        "shards");
  }
}
