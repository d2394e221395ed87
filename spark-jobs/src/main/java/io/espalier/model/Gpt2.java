package io.espalier.model;

import com.fasterxml.jackson.annotation.JsonTypeName;
import io.espalier.config.ConfigException;
import io.espalier.config.Rule;
import io.espalier.torch.Precision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 */
@JsonTypeName("gpt2")
public record Gpt2(int layers, int hiddenSize, int heads) implements Architecture {
  static final String TOKENS = "transformer.wte.weight";
  static final String POSITIONS = "transformer.wpe.weight";
  static final String FINAL_NORM = "transformer.ln_f";
  private static final double INITIAL_DEVIATION = 0.02;

  public Gpt2 {
    Rule.positive("layers", layers);
    Rule.positive("hidden_size", hiddenSize);
    Rule.positive("heads", heads);
    Rule.divisible("hidden_size", hiddenSize, "heads", heads);
  }

  @Override
  public List<ParameterSpec> parameters(int vocabularySize, int sequenceLengthTokens) {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(matrix(TOKENS, vocabularySize, hiddenSize, INITIAL_DEVIATION));
    all.add(matrix(POSITIONS, sequenceLengthTokens, hiddenSize, INITIAL_DEVIATION));
    for (int layer = 0; layer < layers; layer++) {
      all.addAll(blockParameters(block(layer)));
    }
    all.addAll(norm(FINAL_NORM));
    return Stream.concat(
            all.stream().filter(ParameterSpec::decayed), all.stream().filter(p -> !p.decayed()))
        .toList();
  }

  static String block(int layer) {
    return "transformer.h." + layer;
  }

  private List<ParameterSpec> blockParameters(String block) {
    double residualDeviation = INITIAL_DEVIATION / Math.sqrt(2.0 * layers);
    List<ParameterSpec> all = new ArrayList<>();
    all.addAll(norm(block + ".ln_1"));
    all.addAll(linear(block + ".attn.c_attn", hiddenSize, 3 * hiddenSize, INITIAL_DEVIATION));
    all.addAll(linear(block + ".attn.c_proj", hiddenSize, hiddenSize, residualDeviation));
    all.addAll(norm(block + ".ln_2"));
    all.addAll(linear(block + ".mlp.c_fc", hiddenSize, 4 * hiddenSize, INITIAL_DEVIATION));
    all.addAll(linear(block + ".mlp.c_proj", 4 * hiddenSize, hiddenSize, residualDeviation));
    return all;
  }

  private List<ParameterSpec> norm(String name) {
    return List.of(vector(name + ".weight", hiddenSize, 1), vector(name + ".bias", hiddenSize, 0));
  }

  private static List<ParameterSpec> linear(String name, int in, int out, double deviation) {
    return List.of(matrix(name + ".weight", in, out, deviation), vector(name + ".bias", out, 0));
  }

  private static ParameterSpec matrix(String name, int rows, int columns, double deviation) {
    return new ParameterSpec(
        name, List.of((long) rows, (long) columns), true, new Initializer.Normal(deviation));
  }

  private static ParameterSpec vector(String name, int length, double value) {
    return new ParameterSpec(name, List.of((long) length), false, new Initializer.Constant(value));
  }

  @Override
  public LanguageModel build(int vocabularySize, int sequenceLengthTokens, ModelOptions options) {
    if (vocabularySize < 1 || sequenceLengthTokens < 1) {
      throw new ConfigException(
          "vocabulary_size is %d and sequence_length_tokens is %d but both must be positive"
              .formatted(vocabularySize, sequenceLengthTokens));
    }
    refuseHugeParameters(parameters(vocabularySize, sequenceLengthTokens), options.precision());
    return new Gpt2Model(this, vocabularySize, sequenceLengthTokens, options);
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
    config.put("resid_pdrop", 0.0);
    config.put("embd_pdrop", 0.0);
    config.put("attn_pdrop", 0.0);
    config.put("bos_token_id", endOfTextId);
    config.put("eos_token_id", endOfTextId);
    return config;
  }
}
