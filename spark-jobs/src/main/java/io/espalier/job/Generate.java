package io.espalier.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.espalier.checkpoint.Checkpoint;
import io.espalier.checkpoint.CheckpointFiles;
import io.espalier.config.ConfigException;
import io.espalier.config.RunPaths;
import io.espalier.model.Architecture;
import io.espalier.model.LanguageModel;
import io.espalier.model.ModelOptions;
import io.espalier.text.Tokenizer;
import io.espalier.train.ModelFiles;
import io.espalier.train.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Continues a prompt with one checkpoint, or with all active experts mixed by their posterior,
 * which every token updates (Li et al. 2022, section 2). Runs in this process, without Spark.
 */
public final class Generate {
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private Generate() {}

  /**
   * What to write.
   *
   * @param maximumTokens where to stop if no end of text comes first
   * @param temperature 0 = always the most probable token
   * @param topP nucleus; 1 = all tokens
   * @param topK experts that are kept, see {@link Conversation}; 0 = all
   * @param priorDomain the domain whose cached prior the experts begin with; empty = all alike
   */
  public record Request(
      String prompt,
      int maximumTokens,
      double temperature,
      double topP,
      long seed,
      int topK,
      String priorDomain) {
    public Request {
      if (maximumTokens < 1) {
        throw new ConfigException("max-tokens is %d but must be positive".formatted(maximumTokens));
      }
      if (topK < 0) {
        throw new ConfigException(
            "top-k is %d but must be zero (all experts) or positive".formatted(topK));
      }
    }
  }

  /**
   * Continues the prompt with one model.
   *
   * @param name of the checkpoint: seed, dense, expert/legal, merged/uniform, …
   * @param listener hears each token as it comes
   */
  public static SpokenText fromCheckpoint(
      Experiment experiment, String name, Request request, Consumer<SpokenText.Token> listener) {
    Checkpoint checkpoint = FinishedRun.latest(experiment, name);
    return generate(experiment, Map.of(name, checkpoint), Map.of(), request, listener);
  }

  /** Continues the prompt with all active experts; memory holds all of them. */
  public static SpokenText fromEnsemble(
      Experiment experiment, Request request, Consumer<SpokenText.Token> listener) {
    Map<String, Checkpoint> experts = new LinkedHashMap<>();
    FinishedRun.activeExperts(experiment)
        .forEach(expert -> experts.put(expert.name(), expert.checkpoint()));
    if (experts.isEmpty()) {
      throw new ConfigException(
          "%s has no experts; run espalier train-experts first"
              .formatted(RunPaths.shown(experiment.paths().root())));
    }
    Map<String, Double> prior =
        request.priorDomain().isEmpty()
            ? Map.of()
            : FinishedRun.cachedPrior(experiment, request.priorDomain(), experts);
    return generate(experiment, experts, prior, request, listener);
  }

  private static SpokenText generate(
      Experiment experiment,
      Map<String, Checkpoint> checkpoints,
      Map<String, Double> prior,
      Request request,
      Consumer<SpokenText.Token> listener) {
    TokenSampler sampler = new TokenSampler(request.temperature(), request.topP(), request.seed());
    int atOnce = Math.min(CORES, checkpoints.size());
    List<Speaker> speakers = new ArrayList<>();
    try (Tokenizer tokenizer =
        RunModel.openTokenizer(experiment.paths().tokenizer(), experiment.hadoopSettings())) {
      try {
        checkpoints.forEach(
            (name, checkpoint) ->
                speakers.add(
                    new Speaker(
                        name,
                        open(experiment, checkpoint, CORES / atOnce),
                        Math.log(prior.getOrDefault(name, 1.0)))));
      } catch (RuntimeException e) {
        speakers.forEach(Speaker::close);
        throw e;
      }
      try (Conversation conversation = new Conversation(speakers, request.topK(), atOnce)) {
        return new Writing(conversation, tokenizer, sampler, listener).write(request);
      }
    }
  }

  private static LanguageModel open(Experiment experiment, Checkpoint checkpoint, int threads) {
    JsonNode config = checkpoint.json(CheckpointFiles.CONFIG);
    ModelSpec spec =
        new ModelSpec(
            experiment.settings().model(),
            config.path("vocab_size").asInt(),
            config.path("n_positions").asInt(),
            config.path("eos_token_id").asInt(Architecture.NO_TOKEN));
    ModelOptions options =
        new ModelOptions(
            experiment.settings().training().precision(),
            false,
            experiment.settings().training().device(),
            threads);
    return ModelFiles.open(spec, options, checkpoint);
  }

  /** One text on its way. */
  private static final class Writing {
    private final Conversation conversation;
    private final Tokenizer tokenizer;
    private final TokenSampler sampler;
    private final Consumer<SpokenText.Token> listener;
    private final TextStream stream;
    private final List<SpokenText.Token> tokens = new ArrayList<>();
    private final Map<String, Double> posteriorSums = new LinkedHashMap<>();

    Writing(
        Conversation conversation,
        Tokenizer tokenizer,
        TokenSampler sampler,
        Consumer<SpokenText.Token> listener) {
      this.conversation = conversation;
      this.tokenizer = tokenizer;
      this.sampler = sampler;
      this.listener = listener;
      this.stream = new TextStream(tokenizer);
    }

    SpokenText write(Request request) {
      conversation.begin(
          LongStream.concat(
                  LongStream.of(tokenizer.endOfTextId()),
                  IntStream.of(tokenizer.encode(request.prompt())).asLongStream())
              .toArray());
      while (tokens.size() < request.maximumTokens()) {
        Conversation.Turn turn = conversation.turn();
        int next = sampler.draw(turn.logProbabilities());
        if (next == tokenizer.endOfTextId()) {
          break;
        }
        boolean last = tokens.size() == request.maximumTokens() - 1;
        add(turn, next, stream.append(next) + (last ? stream.finish() : ""));
        if (!last) {
          conversation.said(next);
        }
      }
      return new SpokenText(request.prompt(), text(), tokens, shares());
    }

    private void add(Conversation.Turn turn, int id, String text) {
      for (int j = 0; j < turn.speakers().size(); j++) {
        posteriorSums.merge(turn.speakers().get(j).name(), turn.posterior().get(j), Double::sum);
      }
      int leader = turn.leader();
      SpokenText.Token token =
          new SpokenText.Token(
              id, text, turn.speakers().get(leader).name(), turn.posterior().get(leader));
      tokens.add(token);
      listener.accept(token);
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      tokens.forEach(token -> text.append(token.text()));
      return text.toString();
    }

    private List<SpokenText.Share> shares() {
      return posteriorSums.entrySet().stream()
          .map(
              expert ->
                  new SpokenText.Share(
                      expert.getKey(),
                      tokens.stream().filter(t -> t.expert().equals(expert.getKey())).count(),
                      expert.getValue() / tokens.size()))
          .sorted(Comparator.comparingDouble(SpokenText.Share::meanPosterior).reversed())
          .toList();
    }
  }
}
