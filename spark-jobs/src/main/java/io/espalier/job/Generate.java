package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.checkpoint.CheckpointFolder;
import io.espalier.config.ConfigException;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.model.TokenBatch;
import io.espalier.text.Tokenizer;
import io.espalier.train.ModelFiles;
import io.espalier.train.ModelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Continues a prompt with one checkpoint, or with all experts mixed by their posterior, which every
 * token updates (Li et al. 2022, section 2). Runs in this process, without Spark.
 */
public final class Generate {
  private static final int THREADS = Runtime.getRuntime().availableProcessors();

  private Generate() {}

  /**
   * What to write.
   *
   * @param maximumTokens where to stop if no end of text comes first
   * @param temperature 0 = always the most probable token
   * @param topP nucleus; 1 = all tokens
   */
  public record Request(
      String prompt, int maximumTokens, double temperature, double topP, long seed) {
    public Request {
      if (maximumTokens < 1) {
        throw new ConfigException("max-tokens is %d but must be positive".formatted(maximumTokens));
      }
    }
  }

  /**
   * Continues the prompt with one model.
   *
   * @param name of the checkpoint: seed, dense, expert/legal, merged/uniform, …
   * @param out receives the text piece by piece, the prompt not included
   */
  public static void fromCheckpoint(
      Experiment experiment, String name, Request request, Consumer<String> out) {
    generate(experiment, List.of(name), request, out);
  }

  /** Continues the prompt with the ensemble of all experts; memory holds all of them. */
  public static void fromEnsemble(Experiment experiment, Request request, Consumer<String> out) {
    List<String> experts = experts(experiment);
    if (experts.isEmpty()) {
      throw new ConfigException(
          "%s has no experts; run espalier train-experts first"
              .formatted(experiment.paths().root()));
    }
    generate(experiment, experts, request, out);
  }

  private static void generate(
      Experiment experiment, List<String> names, Request request, Consumer<String> out) {
    TokenSampler sampler = new TokenSampler(request.temperature(), request.topP(), request.seed());
    List<LanguageModel> models = new ArrayList<>();
    try (Tokenizer tokenizer = RunModel.openTokenizer(experiment.paths().tokenizer(), Map.of())) {
      int contextTokens = 0;
      for (String name : names) {
        Checkpoint checkpoint = checkpoint(experiment, name);
        ModelSpec spec = spec(experiment, checkpoint);
        contextTokens = spec.sequenceLengthTokens();
        ModelOptions options =
            new ModelOptions(
                experiment.settings().training().precision(),
                false,
                experiment.settings().training().device(),
                THREADS);
        models.add(ModelFiles.open(spec, options, checkpoint));
      }
      Mixture mixture = new Mixture(models);
      continueText(mixture, tokenizer, contextTokens, request, sampler, out);
    } finally {
      models.forEach(LanguageModel::close);
    }
  }

  private static void continueText(
      Mixture mixture,
      Tokenizer tokenizer,
      int contextTokens,
      Request request,
      TokenSampler sampler,
      Consumer<String> out) {
    List<Long> ids = new ArrayList<>();
    ids.add((long) tokenizer.endOfTextId());
    Arrays.stream(tokenizer.encode(request.prompt())).forEach(id -> ids.add((long) id));
    mixture.observe(last(ids, contextTokens));
    TextStream text = new TextStream(tokenizer, out);
    for (int i = 0; i < request.maximumTokens(); i++) {
      int next = sampler.draw(mixture.nextTokenLogProbabilities(last(ids, contextTokens)));
      if (next == tokenizer.endOfTextId()) {
        break;
      }
      mixture.drawn(next);
      ids.add((long) next);
      text.append(next);
    }
    text.finish();
  }

  private static long[] last(List<Long> ids, int atMost) {
    return ids.subList(Math.max(0, ids.size() - atMost), ids.size()).stream()
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static ModelSpec spec(Experiment experiment, Checkpoint checkpoint) {
    JsonNode config = checkpoint.json(CheckpointFiles.CONFIG);
    return new ModelSpec(
        experiment.settings().model(),
        config.path("vocab_size").asInt(),
        config.path("n_positions").asInt());
  }

  private static Checkpoint checkpoint(Experiment experiment, String name) {
    CheckpointFolder folder =
        CheckpointFolder.open(new Configuration(), experiment.paths().checkpoint(name));
    return folder
        .latest()
        .orElseThrow(
            () ->
                new ConfigException(
                    "There is no checkpoint %s in %s; espalier inspect lists what is there"
                        .formatted(name, experiment.paths().root())));
  }

  private static List<String> experts(Experiment experiment) {
    Path folder = new Path(experiment.paths().checkpoint("experts"));
    try {
      var fileSystem = folder.getFileSystem(new Configuration());
      if (!fileSystem.exists(folder)) {
        return List.of();
      }
      return Arrays.stream(fileSystem.listStatus(folder))
          .filter(FileStatus::isDirectory)
          .map(status -> "expert/" + status.getPath().getName())
          .sorted()
          .toList();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException("Cannot list " + folder, e);
    }
  }

  /** Some models and how probable each is given the text so far. */
  private static final class Mixture {
    private final List<LanguageModel> models;
    private final double[] logPosterior;
    private final double[][] current;

    Mixture(List<LanguageModel> models) {
      this.models = models;
      this.logPosterior = new double[models.size()];
      this.current = new double[models.size()][];
    }

    /** Lets the posterior see a text that no model wrote. */
    void observe(long[] ids) {
      int targets = ids.length - 1;
      if (targets < 1 || models.size() == 1) {
        return;
      }
      TokenBatch batch =
          new TokenBatch(
              1,
              targets,
              Arrays.copyOfRange(ids, 0, targets),
              Arrays.copyOfRange(ids, 1, ids.length));
      for (int j = 0; j < models.size(); j++) {
        for (float logProbability : models.get(j).logProbabilities(batch)) {
          logPosterior[j] += logProbability;
        }
      }
    }

    double[] nextTokenLogProbabilities(long[] context) {
      double highest = Arrays.stream(logPosterior).max().orElse(0);
      double[] mixed = new double[0];
      for (int j = 0; j < models.size(); j++) {
        current[j] = normalized(models.get(j).nextTokenLogits(context));
        mixed = j == 0 ? new double[current[j].length] : mixed;
        double weight = Math.exp(logPosterior[j] - highest);
        for (int id = 0; id < mixed.length; id++) {
          mixed[id] += weight * Math.exp(current[j][id]);
        }
      }
      return Arrays.stream(mixed).map(Math::log).toArray();
    }

    void drawn(int id) {
      for (int j = 0; j < models.size(); j++) {
        logPosterior[j] += current[j][id];
      }
    }

    private static double[] normalized(float[] logits) {
      double highest = Double.NEGATIVE_INFINITY;
      for (float logit : logits) {
        highest = Math.max(highest, logit);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit - highest);
      }
      double logSum = highest + Math.log(sum);
      double[] normalized = new double[logits.length];
      Arrays.setAll(normalized, id -> logits[id] - logSum);
      return normalized;
    }
  }

  /** Hands out text as soon as its bytes make whole characters. */
  private static final class TextStream {
    private final Tokenizer tokenizer;
    private final Consumer<String> out;
    private final List<Integer> pending = new ArrayList<>();

    TextStream(Tokenizer tokenizer, Consumer<String> out) {
      this.tokenizer = tokenizer;
      this.out = out;
    }

    void append(int id) {
      pending.add(id);
      String text = text();
      if (!text.endsWith("\uFFFD")) {
        out.accept(text);
        pending.clear();
      }
    }

    void finish() {
      if (!pending.isEmpty()) {
        out.accept(text());
      }
    }

    private String text() {
      return tokenizer.decode(pending.stream().mapToInt(Integer::intValue).toArray());
    }
  }
}
