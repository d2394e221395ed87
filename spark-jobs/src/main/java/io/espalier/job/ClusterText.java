package io.espalier.job;

import io.espalier.cluster.ClusterModels;
import io.espalier.cluster.ClusterWeights;
import io.espalier.config.FormatException;
import io.espalier.evaluate.EvaluationSettings;
import io.espalier.forest.ClusterPrior;
import io.espalier.forest.PrecedingText;
import io.espalier.prep.ClusterFiles;
import io.espalier.table.TableCommit;
import io.espalier.table.TableSchema;
import io.espalier.text.TokenBytes;
import io.espalier.text.Tokenizer;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Windows of tokens → what their text says about the clusters that domains are, for {@link
 * ClusterPrior}. Owns a tokenizer: close it.
 */
final class ClusterText implements AutoCloseable {
  private final ClusterWeights weights;
  private final Tokenizer tokenizer;
  private final int tokenBytes;

  /**
   * What a task makes one of.
   *
   * @param models sent to every executor once; null where no ensemble asks
   */
  record Source(
      @Nullable Broadcast<ClusterModels> models,
      String tokenizer,
      Map<String, String> hadoopSettings)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Of a run's documents. */
    static Source of(Run run, EvaluationSettings settings) {
      boolean asked =
          settings.ensembles().stream()
              .anyMatch(ensemble -> ensemble.prior() instanceof ClusterPrior);
      return new Source(
          asked ? broadcast(run) : null, run.paths().tokenizer(), run.hadoopSettings());
    }

    private static Broadcast<ClusterModels> broadcast(Run run) {
      TableCommit documents = run.table(TableSchema.DOCUMENTS).latestCommit().orElseThrow();
      ClusterModels models =
          new ClusterFiles(
                  run.spark().sessionState().newHadoopConf(), run.paths(), documents.fingerprint())
              .models()
              .orElseThrow(
                  () ->
                      new FormatException(
                          "evaluation.ensembles has a prior of type cluster but %s/clusters has no model of the table documents; preparing into another output folder would make it anew"
                              .formatted(run.paths().root())));
      return JavaSparkContext.fromSparkContext(run.spark().sparkContext()).broadcast(models);
    }

    Optional<ClusterText> open() {
      return models == null
          ? Optional.empty()
          : Optional.of(
              new ClusterText(models.value(), RunModel.openTokenizer(tokenizer, hadoopSettings)));
    }
  }

  private ClusterText(ClusterModels models, Tokenizer tokenizer) {
    this.weights = new ClusterWeights(models);
    this.tokenizer = tokenizer;
    this.tokenBytes = TokenBytes.width(tokenizer.vocabularySize());
  }

  /** What the first tokens of a window say to whatever follows them. */
  PrecedingText of(byte[] packedTokens, int tokens) {
    int[] ids = TokenBytes.unpack(packedTokens, tokenBytes);
    String text = tokenizer.decode(java.util.Arrays.copyOf(ids, Math.min(ids.length, tokens)));
    return temperature -> weights.logWeights(text, temperature);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
