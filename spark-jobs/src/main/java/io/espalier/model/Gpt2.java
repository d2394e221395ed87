package io.espalier.model;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * GPT-2 (Radford et al. 2019): LayerNorm before each sublayer, learned positions, embedding tied
 * with the output, GELU by its tanh formula. Initialised as GPT-2: N(0, 0.02²), the projections
 * back into the residual stream scaled by 1/√(2·layers). Weight decay applies to every matrix,
 * embeddings included.
 *
 * @param layers transformer blocks
 * @param hiddenSize width of the residual stream
 * @param heads of attention; must divide {@code hiddenSize}
 * @param embeddingDropout share of the embedding's elements that training drops, in [0, 1)
 * @param residualDropout the same of what attention and MLP add to the residual stream
 * @param attentionDropout the same of attention's probabilities; they are then written out, where
 *     without it a fused kernel keeps them to itself
 * @param attentionWithinDocuments whether a position sees its own document only, where a sequence
 *     holds several: the token that ends one begins the next, and sees nothing before it. Positions
 *     count on through the sequence
 */
@JsonTypeName("gpt2")
public record Gpt2(
    int layers,
    int hiddenSize,
    int heads,
    double embeddingDropout,
    double residualDropout,
    double attentionDropout,
    boolean attentionWithinDocuments)
    implements Architecture {
  static final String TOKENS = "transformer.wte.weight";
  static final String POSITIONS = "transformer.wpe.weight";
  static final String FINAL_NORM = "transformer.ln_f";
  private static final double INITIAL_DEVIATION = 0.02;

  /** Rows of the embedding on a rank, as in Megatron-LM: whole tiles of matrix units. */
  private static final int VOCABULARY_MULTIPLE = 128;

  /** Ten times what was ever trained; more are a slip of the finger that would take all memory. */
  private static final int MOST_LAYERS = 10_000;

  /** Beyond, a matrix has more elements than an array of Java's, whatever the precision. */
  private static final int LARGEST_HIDDEN_SIZE = 1 << 15;

  public Gpt2 {
    Rule.between("layers", layers, 1, MOST_LAYERS);
    Rule.between("hidden_size", hiddenSize, 1, LARGEST_HIDDEN_SIZE);
    Rule.positive("heads", heads);
    Rule.divisible("hidden_size", hiddenSize, "heads", heads);
    share("embedding_dropout", embeddingDropout);
    share("residual_dropout", residualDropout);
    share("attention_dropout", attentionDropout);
  }

  /** Without dropout, seeing whole sequences. */
  public Gpt2(int layers, int hiddenSize, int heads) {
    this(layers, hiddenSize, heads, 0, 0, 0, false);
  }

  private static void share(String key, double dropout) {
    if (!(dropout >= 0 && dropout < 1)) {
      throw new ConfigException(
          "%s is %s but must be at least 0 and below 1; 0.1 would work".formatted(key, dropout));
    }
  }

  /** Whether training drops anything. */
  boolean drops() {
    return embeddingDropout > 0 || residualDropout > 0 || attentionDropout > 0;
  }

  @Override
  public List<ParameterSpec> parameters(int vocabularySize, int sequenceLengthTokens) {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(
        matrix(
            TOKENS,
            vocabularySize,
            hiddenSize,
            INITIAL_DEVIATION,
            new Split.PaddedRows(VOCABULARY_MULTIPLE)));
    all.add(matrix(POSITIONS, sequenceLengthTokens, hiddenSize, INITIAL_DEVIATION, Split.WHOLE));
    for (int layer = 0; layer < layers; layer++) {
      all.addAll(blockParameters(block(layer)));
    }
    all.addAll(norm(FINAL_NORM));
    return Stream.of(
            all.stream().filter(ParameterSpec::decayed),
            all.stream().filter(Gpt2::isNorm),
            all.stream().filter(p -> !p.decayed() && !isNorm(p)))
        .flatMap(part -> part)
        .toList();
  }

  /** LayerNorms lie side by side: under sequence parallelism their gradients are summed at once. */
  static boolean isNorm(ParameterSpec parameter) {
    return parameter.name().contains(".ln_");
  }

  static String block(int layer) {
    return "transformer.h." + layer;
  }

  private List<ParameterSpec> blockParameters(String block) {
    double residualDeviation = INITIAL_DEVIATION / Math.sqrt(2.0 * layers);
    List<ParameterSpec> all = new ArrayList<>();
    all.addAll(norm(block + ".ln_1"));
    all.addAll(columnParallel(block + ".attn.c_attn", hiddenSize, 3 * hiddenSize, 3));
    all.addAll(rowParallel(block + ".attn.c_proj", hiddenSize, hiddenSize, residualDeviation));
    all.addAll(norm(block + ".ln_2"));
    all.addAll(columnParallel(block + ".mlp.c_fc", hiddenSize, 4 * hiddenSize, 1));
    all.addAll(rowParallel(block + ".mlp.c_proj", 4 * hiddenSize, hiddenSize, residualDeviation));
    return all;
  }

  private List<ParameterSpec> norm(String name) {
    return List.of(
        vector(name + ".weight", hiddenSize, 1, Split.WHOLE),
        vector(name + ".bias", hiddenSize, 0, Split.WHOLE));
  }

  /**
   * What goes into a sublayer. With three groups: queries, keys and values, of whole heads each.
   */
  private static List<ParameterSpec> columnParallel(String name, int in, int out, int groups) {
    Split columns = new Split.Columns(groups);
    return List.of(
        matrix(name + ".weight", in, out, INITIAL_DEVIATION, columns),
        vector(name + ".bias", out, 0, columns));
  }

  /** What comes out of a sublayer: ranks sum their products, then the bias is added once. */
  private static List<ParameterSpec> rowParallel(String name, int in, int out, double deviation) {
    return List.of(
        matrix(name + ".weight", in, out, deviation, Split.ROWS),
        vector(name + ".bias", out, 0, Split.WHOLE));
  }

  private static ParameterSpec matrix(
      String name, int rows, int columns, double deviation, Split split) {
    return new ParameterSpec(
        name, List.of((long) rows, (long) columns), true, new Initializer.Normal(deviation), split);
  }

  private static ParameterSpec vector(String name, int length, double value, Split split) {
    return new ParameterSpec(
        name, List.of((long) length), false, new Initializer.Constant(value), split);
  }

  @Override
  public LanguageModel build(
      int vocabularySize,
      int sequenceLengthTokens,
      int endOfTextId,
      ModelOptions options,
      Ranks ranks) {
    if (vocabularySize < 1 || sequenceLengthTokens < 1) {
      throw new ConfigException(
          "vocabulary_size is %d and sequence_length_tokens is %d but both must be positive"
              .formatted(vocabularySize, sequenceLengthTokens));
    }
    if (attentionWithinDocuments && endOfTextId == NO_TOKEN) {
      throw new IllegalArgumentException("Attention within documents needs the token between them");
    }
    requireWholeHeads(ranks.tensor().size());
    refuseHugeParameters(parameters(vocabularySize, sequenceLengthTokens), options.precision());
    return new Gpt2Model(
        this, vocabularySize, sequenceLengthTokens, endOfTextId, options, ranks, Set.of());
  }

  @Override
  public void requireWholeHeads(int tensorParallelSize) {
    Rule.divisible("heads", heads, "tensor_parallel_size", tensorParallelSize);
  }

  /** A parameter is handed over as one buffer, and Java's hold less than 2 GB. */
  private void refuseHugeParameters(List<ParameterSpec> parameters, Precision precision) {
    long most = Integer.MAX_VALUE / precision.bytesPerElement();
    for (ParameterSpec parameter : parameters) {
      if (parameter.elements() > most) {
        throw new ConfigException(
            "hidden_size is %d, which makes %s %s large, but a parameter may have at most %d elements"
                .formatted(hiddenSize, parameter.name(), parameter.shape(), most));
      }
    }
  }

  @Override
  public RankCost rankCost(int vocabularySize, int sequenceLengthTokens, RankLoad load) {
    requireWholeHeads(load.tensorRanks());
    return Gpt2Cost.of(this, vocabularySize, sequenceLengthTokens, load);
  }

  @Override
  public double trainingFlopsPerToken(
      int vocabularySize, int sequenceLengthTokens, boolean recompute) {
    double layersTimesHidden = (double) layers * hiddenSize;
    double attention = sequenceLengthTokens / (6.0 * hiddenSize);
    return recompute
        ? 96
            * layersTimesHidden
            * hiddenSize
            * (1 + attention + vocabularySize / (16 * layersTimesHidden))
        : 72
            * layersTimesHidden
            * hiddenSize
            * (1 + attention + vocabularySize / (12 * layersTimesHidden));
  }

  @Override
  public Map<String, Object> huggingFaceConfig(
      int vocabularySize, int sequenceLengthTokens, int endOfTextId) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("architectures", List.of("GPT2LMHeadModel"));
    config.put("model_type", "gpt2");
    config.put("vocab_size", vocabularySize);
    config.put("n_positions", sequenceLengthTokens);
    config.put("n_embd", hiddenSize);
    config.put("n_layer", layers);
    config.put("n_head", heads);
    config.put("activation_function", "gelu_new");
    config.put("layer_norm_epsilon", 1e-5);
    config.put("initializer_range", INITIAL_DEVIATION);
    config.put("tie_word_embeddings", true);
    config.put("resid_pdrop", residualDropout);
    config.put("embd_pdrop", embeddingDropout);
    config.put("attn_pdrop", attentionDropout);
    config.put("bos_token_id", endOfTextId);
    config.put("eos_token_id", endOfTextId);
    if (attentionWithinDocuments) {
      config.put("attention_within_documents", true);
    }
    return config;
  }
}
