package io.espalier.model;

import io.espalier.torch.Precision;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** A model's numbers as arrays, and batches to compute with. */
final class ModelNumbers {
  private ModelNumbers() {}

  static double[] values(LanguageModel model, ParameterState state, String parameter) {
    ByteBuffer bytes = model.get(state, parameter);
    boolean wide = model.precision() == Precision.FLOAT64;
    double[] values = new double[bytes.remaining() / (wide ? 8 : 4)];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? bytes.getDouble(8 * i) : bytes.getFloat(4 * i);
    }
    return values;
  }

  static void set(LanguageModel model, ParameterState state, String parameter, double[] values) {
    boolean wide = model.precision() == Precision.FLOAT64;
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * (wide ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    model.set(state, parameter, bytes.flip());
  }

  /** All parameters' bytes of one kind, to compare bit for bit. */
  static byte[] bits(LanguageModel model, ParameterState state) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ParameterSpec parameter : model.parameters()) {
      ByteBuffer values = model.get(state, parameter.name());
      byte[] bytes = new byte[values.remaining()];
      values.get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /** Sets all parameters of one kind to what {@link #bits} gave. */
  static void setBits(LanguageModel model, ParameterState state, byte[] bits) {
    int width = model.precision() == Precision.FLOAT64 ? 8 : 4;
    int first = 0;
    for (ParameterSpec parameter : model.parameters()) {
      int length = (int) parameter.elements() * width;
      model.set(state, parameter.name(), ByteBuffer.wrap(bits, first, length).slice());
      first += length;
    }
  }

  /** Random tokens and keys of dropout; the last target of every sequence is masked. */
  static TokenBatch batch(long seed, int sequences, int lengthTokens, int vocabularySize) {
    Random random = new Random(seed);
    int tokens = sequences * lengthTokens;
    long[] inputs = random.longs(tokens, 0, vocabularySize).toArray();
    long[] targets = random.longs(tokens, 0, vocabularySize).toArray();
    for (int i = lengthTokens - 1; i < tokens; i += lengthTokens) {
      targets[i] = TokenBatch.MASKED;
    }
    long[] dropoutKeys = random.longs(sequences).toArray();
    return new TokenBatch(sequences, lengthTokens, inputs, targets, dropoutKeys);
  }

  /** Some of a batch's sequences. */
  static TokenBatch sequences(TokenBatch batch, int first, int last) {
    int length = batch.lengthTokens();
    long[] keys = batch.dropoutKeys();
    return new TokenBatch(
        last - first,
        length,
        Arrays.copyOfRange(batch.inputs(), first * length, last * length),
        Arrays.copyOfRange(batch.targets(), first * length, last * length),
        keys.length == 0 ? keys : Arrays.copyOfRange(keys, first, last));
  }

  /** Euclidean distance over Euclidean norm. */
  static double relativeError(double[] actual, double[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / Math.max(norm, 1e-300));
  }
}
