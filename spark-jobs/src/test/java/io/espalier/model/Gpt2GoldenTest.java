package io.espalier.model;

import static io.espalier.model.ParameterState.GRADIENT;
import static io.espalier.model.ParameterState.WEIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.torch.Precision;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same numbers as Hugging Face's GPT-2 on PyTorch, within what each precision allows. */
final class Gpt2GoldenTest {
  private static final Gpt2 GPT2 = new Gpt2(2, 16, 2);
  private static final int VOCABULARY = 97;
  private static final int LENGTH = 12;
  private static final int SEQUENCES = 3;
  private static final int STEPS = 10;

  /** The token between documents. */
  private static final int END = 7;

  private static GoldenTensors golden;

  @BeforeAll
  static void readGolden() throws IOException {
    golden = GoldenTensors.read("/golden/model/gpt2.safetensors");
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-6", "FLOAT32, 1e-5", "BFLOAT16, 0.03"})
  void logitsOfTheLastPositionAreThoseOfTransformers(Precision precision, double bound) {
    withModel(
        precision,
        model -> {
          TokenBatch batch = batch(0);
          double[] expected = golden.doubles("logits");
          for (int s = 0; s < SEQUENCES; s++) {
            long[] context = ModelNumbers.sequences(batch, s, s + 1).inputs();
            float[] logits = model.nextTokenLogits(context);
            int first = ((s + 1) * LENGTH - 1) * VOCABULARY;
            assertThat(
                    ModelNumbers.relativeError(
                        doubles(logits), Arrays.copyOfRange(expected, first, first + VOCABULARY)))
                .isLessThan(bound);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-6", "FLOAT32, 1e-5", "BFLOAT16, 0.05"})
  void logProbabilitiesAreTheLogSoftmaxOfTheGoldenLogits(Precision precision, double bound) {
    withModel(
        precision,
        model -> {
          TokenBatch batch = batch(0);
          float[] actual = model.logProbabilities(batch);
          double[] logits = golden.doubles("logits");
          double[] expected =
              IntStream.range(0, batch.tokens())
                  .mapToDouble(row -> logProbability(logits, row, batch.targets()[row]))
                  .toArray();
          assertThat(ModelNumbers.relativeError(doubles(actual), expected)).isLessThan(bound);
        });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-11", "FLOAT32, 1e-5", "BFLOAT16, 0.02"})
  void lossAndEveryGradientAreThoseOfAutograd(Precision precision, double bound) {
    withModel(
        precision,
        model -> {
          double loss = model.addGradients(batch(0), 1);
          double expected = golden.doubles("loss")[0];
          assertThat(loss / expected).isCloseTo(1, Offset.offset(bound));
          for (ParameterSpec parameter : model.parameters()) {
            double[] gradient = ModelNumbers.values(model, GRADIENT, parameter.name());
            double[] autograd = golden.doubles("gradients." + parameter.name());
            assertThat(ModelNumbers.relativeError(gradient, autograd))
                .as(parameter.name())
                .isLessThan(bound * (precision == Precision.BFLOAT16 ? 3 : 10));
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-11", "FLOAT32, 1e-5", "BFLOAT16, 0.02"})
  void withinDocumentsLossAndGradientsAreThoseOfAMaskWrittenOut(Precision precision, double bound) {
    TokenBatch batch =
        new TokenBatch(SEQUENCES, LENGTH, golden.longs("documents.inputs"), batch(0).targets());
    withModel(
        new Gpt2(2, 16, 2, 0, 0, 0, true),
        precision,
        model -> {
          double loss = model.addGradients(batch, 1);
          assertThat(loss / golden.doubles("documents.loss")[0]).isCloseTo(1, Offset.offset(bound));
          for (ParameterSpec parameter : model.parameters()) {
            if (golden.has("documents.gradients." + parameter.name())) {
              double[] gradient = ModelNumbers.values(model, GRADIENT, parameter.name());
              double[] autograd = golden.doubles("documents.gradients." + parameter.name());
              assertThat(ModelNumbers.relativeError(gradient, autograd))
                  .as(parameter.name())
                  .isLessThan(bound * (precision == Precision.BFLOAT16 ? 3 : 10));
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-10", "FLOAT32, 2e-5", "BFLOAT16, 0.01"})
  void tenAdamWStepsHaveTheLossesAndNormsOfPyTorch(Precision precision, double bound) {
    withModel(
        precision,
        model -> {
          double[] losses = golden.doubles("losses");
          double[] norms = golden.doubles("norms");
          for (int step = 0; step < STEPS; step++) {
            TokenBatch batch = batch(step);
            double scale = 1.0 / batch.unmaskedTargets();
            double loss = model.addGradients(batch, scale) * scale;
            double norm = model.update(adamW(step));
            assertThat(loss / losses[step]).isCloseTo(1, Offset.offset(bound));
            assertThat(norm / norms[step]).isCloseTo(1, Offset.offset(bound * 3));
          }
          if (precision == Precision.FLOAT64) {
            trainedWeightsAreThoseOfPyTorch(model, bound);
          }
        });
  }

  private static void trainedWeightsAreThoseOfPyTorch(LanguageModel model, double bound) {
    for (ParameterSpec parameter : model.parameters()) {
      if (golden.has("trained." + parameter.name())) {
        assertThat(
                ModelNumbers.relativeError(
                    ModelNumbers.values(model, WEIGHTS, parameter.name()),
                    golden.doubles("trained." + parameter.name())))
            .as(parameter.name())
            .isLessThan(bound);
      }
    }
  }

  private static AdamWStep adamW(int step) {
    double learningRate = 0.02 * (STEPS - step) / STEPS;
    return new AdamWStep(0.9, 0.95, 1e-8, 0.1, 1.2, learningRate, step + 1);
  }

  private static void withModel(Precision precision, Consumer<LanguageModel> body) {
    withModel(GPT2, precision, body);
  }

  private static void withModel(Gpt2 gpt2, Precision precision, Consumer<LanguageModel> body) {
    ModelOptions options = new ModelOptions(precision, false, "cpu", 1);
    try (LanguageModel model = gpt2.build(VOCABULARY, LENGTH, END, options, Ranks.serial())) {
      for (ParameterSpec parameter : model.parameters()) {
        double[] weights = golden.doubles("weights." + parameter.name());
        ModelNumbers.set(model, WEIGHTS, parameter.name(), weights);
      }
      body.accept(model);
    }
  }

  private static TokenBatch batch(int step) {
    int tokens = SEQUENCES * LENGTH;
    return new TokenBatch(
        SEQUENCES,
        LENGTH,
        Arrays.copyOfRange(golden.longs("inputs"), step * tokens, (step + 1) * tokens),
        Arrays.copyOfRange(golden.longs("targets"), step * tokens, (step + 1) * tokens));
  }

  private static double logProbability(double[] logits, int row, long target) {
    if (target == TokenBatch.MASKED) {
      return 0;
    }
    double sum = 0;
    for (int v = 0; v < VOCABULARY; v++) {
      sum += Math.exp(logits[row * VOCABULARY + v]);
    }
    return logits[row * VOCABULARY + (int) target] - Math.log(sum);
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
