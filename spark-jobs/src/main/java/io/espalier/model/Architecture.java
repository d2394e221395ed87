package io.espalier.model;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * A family of language models with its sizes: what a configuration's section {@code model} says.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
public sealed interface Architecture extends Serializable permits Gpt2 {
  /** The id of no token. */
  int NO_TOKEN = -1;

  /**
   * Every parameter, in the order of memory: those with weight decay first.
   *
   * @param sequenceLengthTokens the longest sequence the model can read
   */
  List<ParameterSpec> parameters(int vocabularySize, int sequenceLengthTokens);

  /**
   * Makes a model whose weights are zeros: {@link LanguageModel#initialize} or {@link
   * LanguageModel#set} comes next. The caller closes it.
   *
   * @param endOfTextId the token between documents; {@link #NO_TOKEN} if they aren't told apart
   * @param ranks that compute it together; each of them makes its part
   * @throws io.espalier.config.ConfigException if the device or the native library isn't there, or
   *     the model can't be divided
   */
  LanguageModel build(
      int vocabularySize,
      int sequenceLengthTokens,
      int endOfTextId,
      ModelOptions options,
      Ranks ranks);

  /** Makes a model of sequences whose documents aren't told apart. */
  default LanguageModel build(
      int vocabularySize, int sequenceLengthTokens, ModelOptions options, Ranks ranks) {
    return build(vocabularySize, sequenceLengthTokens, NO_TOKEN, options, ranks);
  }

  /** Makes such a model on one rank. */
  default LanguageModel build(int vocabularySize, int sequenceLengthTokens, ModelOptions options) {
    return build(vocabularySize, sequenceLengthTokens, options, Ranks.serial());
  }

  /**
   * Refuses a number of tensor-parallel ranks that would cut through a head.
   *
   * @throws io.espalier.config.ConfigException with both numbers
   */
  void requireWholeHeads(int tensorParallelSize);

  /**
   * What each rank of a training holds and sends. Nothing is built or allocated.
   *
   * @throws io.espalier.config.ConfigException if the model can't be divided so
   */
  RankCost rankCost(int vocabularySize, int sequenceLengthTokens, RankLoad load);

  /**
   * Floating-point operations that training on one token takes, forward and backward, counting
   * matrix products and attention only (Narayanan et al. 2021, Megatron-LM, section 5.1): {@code
   * 72·L·h²·(1 + s/6h + V/12Lh)}, with recompute {@code 96·L·h²·(1 + s/6h + V/16Lh)}, for L layers,
   * hidden size h, sequence length s, vocabulary V.
   */
  double trainingFlopsPerToken(int vocabularySize, int sequenceLengthTokens, boolean recompute);

  /**
   * The contents of {@code config.json} with which Hugging Face transformers opens a checkpoint.
   *
   * @param endOfTextId token that begins and ends documents
   */
  Map<String, Object> huggingFaceConfig(
      int vocabularySize, int sequenceLengthTokens, int endOfTextId);
}
