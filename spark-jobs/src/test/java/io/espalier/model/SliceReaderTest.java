package io.espalier.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.torch.Precision;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Of a parameter's values a rank reads what it holds. */
final class SliceReaderTest {
  private static final Gpt2 GPT2 = new Gpt2(2, 32, 4);

  /** As much as one slice of rows: not divisible, so that the second rank pads. */
  private static final int VOCABULARY = 200;

  private static final int LENGTH = 8;

  @Test
  void partsLongerThanTheBufferComeInOrder() {
    long elements = 3L << 18; // 6 MB of float64
    ParameterSlice slice = ParameterSlice.columns(List.of(elements / 8, 8L), 1, 1, 2);
    long[] expected =
        LongStream.range(0, elements).filter(i -> i % 8 >= 4).skip(100).limit(300_000).toArray();
    long[] read = new long[expected.length];
    new SliceReader(Long.BYTES)
        .read(
            slice,
            100,
            read.length,
            (firstByte, part) -> {
              for (long at = firstByte / Long.BYTES; part.hasRemaining(); at++) {
                part.putLong(at);
              }
            },
            (first, bytes) ->
                bytes.asLongBuffer().get(read, (int) first, bytes.remaining() / Long.BYTES));
    assertThat(read).isEqualTo(expected);
  }

  @Test
  void slicesAreReadOnceInAllAndWholeParametersByEveryRank() throws Exception {
    for (ParameterSpec parameter : GPT2.parameters(VOCABULARY, LENGTH)) {
      List<Long> bytes =
          new RankThreads(2, 1, false)
              .run(ranks -> bytesRead(ranks, ParameterState.WEIGHTS, parameter));
      long whole = 4 * parameter.elements();
      assertThat(bytes.get(0) + bytes.get(1))
          .as(parameter.name())
          .isEqualTo(parameter.split() == Split.WHOLE ? 2 * whole : whole);
    }
  }

  @Test
  void momentsThatRanksDivideAreReadOnceInAll() throws Exception {
    long ofRank0 = 0;
    long all = 0;
    for (ParameterSpec parameter : GPT2.parameters(VOCABULARY, LENGTH)) {
      List<Long> bytes =
          new RankThreads(1, 4, false, true)
              .run(ranks -> bytesRead(ranks, ParameterState.SECOND_MOMENT, parameter));
      assertThat(bytes.stream().mapToLong(Long::longValue).sum())
          .as(parameter.name())
          .isEqualTo(4 * parameter.elements());
      ofRank0 += bytes.get(0);
      all += 4 * parameter.elements();
    }
    assertThat((double) ofRank0 / all).isBetween(0.24, 0.26);
  }

  private static long bytesRead(Ranks ranks, ParameterState state, ParameterSpec parameter) {
    AtomicLong bytes = new AtomicLong();
    ModelOptions options = new ModelOptions(Precision.FLOAT32, false, "cpu", 1);
    try (LanguageModel model = GPT2.build(VOCABULARY, LENGTH, options, ranks)) {
      model.load(
          state,
          parameter.name(),
          (firstByte, part) -> {
            bytes.addAndGet(part.remaining());
            part.position(part.limit());
          });
    }
    return bytes.get();
  }
}
