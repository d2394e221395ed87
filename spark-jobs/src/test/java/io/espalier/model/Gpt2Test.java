package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.config.ConfigException;
import io.espalier.torch.Precision;
import java.util.Map;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class Gpt2Test {
  private static final Gpt2 SMALL = new Gpt2(12, 768, 12);

  @Test
  void theSmallGpt2Has124MillionParameters() {
    long elements = SMALL.parameters(50257, 1024).stream().mapToLong(ParameterSpec::elements).sum();
    assertThat(elements).isEqualTo(124_439_808);
  }

  @Test
  void parametersCarryTheNamesAndShapesOfHuggingFace() {
    Map<String, String> shapes =
        new Gpt2(1, 8, 2)
            .parameters(30, 5).stream()
                .collect(Collectors.toMap(ParameterSpec::name, p -> p.shape().toString()));
    assertThat(shapes)
        .hasSize(16)
        .containsEntry("transformer.wte.weight", "[30, 8]")
        .containsEntry("transformer.wpe.weight", "[5, 8]")
        .containsEntry("transformer.h.0.ln_1.bias", "[8]")
        .containsEntry("transformer.h.0.attn.c_attn.weight", "[8, 24]")
        .containsEntry("transformer.h.0.attn.c_attn.bias", "[24]")
        .containsEntry("transformer.h.0.mlp.c_fc.weight", "[8, 32]")
        .containsEntry("transformer.h.0.mlp.c_proj.weight", "[32, 8]")
        .containsEntry("transformer.ln_f.weight", "[8]");
  }

  @Test
  void newWeightsHaveTheDeviationsOfGpt2() {
    Gpt2 gpt2 = new Gpt2(8, 64, 4);
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
    try (LanguageModel model = gpt2.build(500, 32, options)) {
      model.initialize(20);
      assertThat(deviation(model, "transformer.wte.weight")).isCloseTo(0.02, within(0.02));
      assertThat(deviation(model, "transformer.h.3.mlp.c_fc.weight")).isCloseTo(0.02, within(0.02));
      assertThat(deviation(model, "transformer.h.3.mlp.c_proj.weight"))
          .isCloseTo(0.02 / 4, within(0.02));
      assertThat(deviation(model, "transformer.h.7.attn.c_proj.weight"))
          .isCloseTo(0.02 / 4, within(0.04));
      assertThat(values(model, "transformer.h.0.ln_1.weight")).containsOnly(1);
      assertThat(values(model, "transformer.h.0.attn.c_attn.bias")).containsOnly(0);
    }
  }

  private static double[] values(LanguageModel model, String parameter) {
    return ModelNumbers.values(model, ParameterState.WEIGHTS, parameter);
  }

  private static double deviation(LanguageModel model, String parameter) {
    double squares = 0;
    for (double value : values(model, parameter)) {
      squares += value * value;
    }
    return Math.sqrt(squares / values(model, parameter).length);
  }

  /** Relative to the magnitudes here: a share of 0.02. */
  private static Offset<Double> within(double share) {
    return Offset.offset(share * 0.02);
  }

  @Test
  void noTensorOutlivesAStepButTheModelsOwn() {
    for (Precision precision : Precision.values()) {
      ModelOptions options = new ModelOptions(precision, true, "cpu", 1);
      try (Gpt2Model model = new Gpt2Model(new Gpt2(2, 16, 2), 40, 8, options, Ranks.serial())) {
        model.initialize(20);
        useEverything(model);
        int live = model.liveTensors();
        useEverything(model);
        useEverything(model);
        assertThat(model.liveTensors()).isEqualTo(live);
      }
    }
  }

  private static void useEverything(LanguageModel model) {
    TokenBatch batch = ModelNumbers.batch(1, 2, 8, 40);
    model.addGradients(batch, 1);
    model.addGradients(batch, 1);
    model.update(new AdamWStep(0.9, 0.95, 1e-8, 0.1, 0.1, 1e-3, 1));
    model.logProbabilities(batch);
    model.nextTokenLogits(new long[] {1, 2, 3});
    String name = model.parameters().get(0).name();
    model.set(ParameterState.SECOND_MOMENT, name, model.secondMoment(name));
  }

  @Test
  void flopsFollowTheFormulaOfMegatron() {
    // 72·12·768²·(1 + 1024/(6·768) + 50257/(12·12·768)) by hand
    double expected = 72.0 * 12 * 768 * 768 * (1 + 0.2222222222 + 0.4544361256);
    assertThat(SMALL.trainingFlopsPerToken(50257, 1024, false) / expected)
        .isCloseTo(1, Offset.offset(1e-9));
    assertThat(SMALL.trainingFlopsPerToken(50257, 1024, true))
        .isGreaterThan(1.2 * SMALL.trainingFlopsPerToken(50257, 1024, false));
  }

  @Test
  void impossibleSizesAreRefusedInOneSentence() {
    assertThatThrownBy(() -> new Gpt2(2, 130, 4))
        .isInstanceOf(ConfigException.class)
        .hasMessage("hidden_size is 130 but must be divisible by heads (4); 128 would work");
    assertThatThrownBy(() -> new Gpt2(0, 128, 4))
        .isInstanceOf(ConfigException.class)
        .hasMessage("layers is 0 but must be between 1 and 10000");
    assertThatThrownBy(() -> new Gpt2(1_000_000_000, 128, 4))
        .isInstanceOf(ConfigException.class)
        .hasMessage("layers is 1000000000 but must be between 1 and 10000");
  }

  @Test
  void aParameterThatNoBufferHoldsIsRefusedBeforeMemoryIsTaken() {
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
    assertThatThrownBy(() -> new Gpt2(1, 16384, 1).build(50257, 128, options))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("hidden_size is 16384, which makes transformer.wte.weight");
  }

  @Test
  void theConfigurationNamesItsTypeAsTransformersDoes() throws Exception {
    Architecture read =
        new ObjectMapper()
            .registerModule(
                new com.fasterxml.jackson.databind.module.SimpleModule() {
                  private static final long serialVersionUID = 1L;

                  {
                    registerSubtypes(Gpt2.class);
                  }
                })
            .readValue(
                "{\"type\": \"gpt2\", \"layers\": 2, \"hiddenSize\": 16, \"heads\": 2}",
                Architecture.class);
    assertThat(read).isEqualTo(new Gpt2(2, 16, 2));
    assertThat(read.huggingFaceConfig(300, 64, 299))
        .containsEntry("model_type", "gpt2")
        .containsEntry("vocab_size", 300)
        .containsEntry("n_positions", 64)
        .containsEntry("n_layer", 2)
        .containsEntry("eos_token_id", 299);
  }
}
