package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CommunicatorContractTest {
  /** Empty, shorter than there are ranks, odd, and long enough to be shared out in many blocks. */
  private static final int[] LENGTHS = {0, 1, 1021, 20_011};

  static Stream<Arguments> groups() {
    return Stream.concat(
        TestGroup.hostBackends()
            .flatMap(
                backend ->
                    Stream.of(1, 2, 3, 4, 8)
                        .map(size -> Arguments.of(TestGroup.settings(backend), size))),
        Stream.of(Arguments.of(TestGroup.encrypted(), 3)));
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void allReduceGivesTheBitsOfASumInRankOrderOnEveryRank(CommSettings settings, int size)
      throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      for (ElementType type : ElementType.values()) {
        for (Reduction reduction : Reduction.values()) {
          for (int length : LENGTHS) {
            HostMemory[] inputs = inputs(type, length, size);
            byte[] expected = Values.bytes(Values.reduced(inputs, reduction));
            group.use(
                communicator -> {
                  HostMemory memory = inputs[communicator.rank()];
                  communicator.allReduce(memory, reduction);
                  assertThat(Values.bytes(memory))
                      .as("%s of %d %s", reduction, length, type)
                      .isEqualTo(expected);
                });
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void allGatherPutsTheSlicesOneAfterTheOther(CommSettings settings, int size) throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      for (ElementType type : ElementType.values()) {
        for (int length : LENGTHS) {
          HostMemory[] inputs = inputs(type, length, size);
          byte[] expected = concatenated(inputs);
          group.use(
              communicator -> {
                HostMemory whole = Values.atOffset(type, size * length);
                communicator.allGather(inputs[communicator.rank()], whole);
                assertThat(Values.bytes(whole)).isEqualTo(expected);

                HostMemory inPlace = Values.atOffset(type, size * length);
                HostMemory mine = inPlace.slice((long) communicator.rank() * length, length);
                mine.buffer().put(inputs[communicator.rank()].buffer());
                communicator.allGather(mine, inPlace);
                assertThat(Values.bytes(inPlace)).as("in place").isEqualTo(expected);
              });
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void reduceScatterLeavesEachRankItsSliceOfTheSum(CommSettings settings, int size)
      throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      for (ElementType type : ElementType.values()) {
        for (int length : LENGTHS) {
          HostMemory[] inputs = inputs(type, size * length, size);
          HostMemory sum = Values.reduced(inputs, Reduction.SUM);
          group.use(
              communicator -> {
                HostMemory whole = inputs[communicator.rank()];
                long first = (long) communicator.rank() * length;
                byte[] expected = Values.bytes(sum.slice(first, length));
                byte[] before = Values.bytes(whole);

                HostMemory slice = Values.atOffset(type, length);
                communicator.reduceScatter(whole, slice);
                assertThat(Values.bytes(slice)).isEqualTo(expected);
                assertThat(Values.bytes(whole)).as("the summands").isEqualTo(before);

                communicator.reduceScatter(whole, whole.slice(first, length));
                assertThat(Values.bytes(whole.slice(first, length)))
                    .as("in place")
                    .isEqualTo(expected);
              });
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void whatIsSentIsCounted(CommSettings settings, int size) throws Exception {
    long bytes = 4L * 120; // which 1 to 4 ranks divide
    try (TestGroup group = TestGroup.of(settings, size)) {
      group.use(
          communicator -> {
            HostMemory whole = HostMemory.allocate(ElementType.FLOAT32, 120);
            HostMemory slice = whole.slice(communicator.rank() * (120L / size), 120 / size);
            assertThat(communicator.bytesSent()).isZero();
            communicator.allReduce(whole, Reduction.SUM);
            assertThat(communicator.bytesSent()).isEqualTo(2 * bytes * (size - 1) / size);
            communicator.allGather(slice, whole);
            communicator.reduceScatter(whole, slice);
            communicator.barrier();
            assertThat(communicator.bytesSent()).isEqualTo(4 * bytes * (size - 1) / size);
          });
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void broadcastCopiesTheRoot(CommSettings settings, int size) throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      for (int length : LENGTHS) {
        for (int root = 0; root < size; root++) {
          HostMemory[] inputs = inputs(ElementType.FLOAT32, length, size);
          byte[] expected = Values.bytes(inputs[root]);
          int from = root;
          group.use(
              communicator -> {
                HostMemory memory = inputs[communicator.rank()];
                communicator.broadcast(memory, from);
                assertThat(Values.bytes(memory)).isEqualTo(expected);
              });
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void manyRoundsOfAllKindsStayInStep(CommSettings settings, int size) throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      group.use(
          communicator -> {
            HostMemory memory = HostMemory.allocate(ElementType.INT64, size);
            for (int round = 0; round < 300; round++) {
              for (int i = 0; i < size; i++) {
                Values.set(memory, i, round + communicator.rank());
              }
              communicator.allReduce(memory, Reduction.SUM);
              communicator.barrier();
              HostMemory slice = memory.slice(communicator.rank(), 1);
              Values.set(slice, 0, Values.get(slice, 0).longValue() + communicator.rank());
              communicator.allGather(slice, memory);
              communicator.broadcast(memory.slice(0, 1), round % size);
              long sum = (long) size * round + (long) size * (size - 1) / 2;
              assertThat(Values.get(memory, size - 1)).isEqualTo(sum + size - 1);
            }
          });
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void aSplitGroupsByColorAndOrdersByKey(CommSettings settings, int size) throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      group.use(
          communicator -> {
            int rank = communicator.rank();
            try (Communicator part = communicator.split(rank % 2, -rank)) {
              List<Integer> expected =
                  IntStream.range(0, size)
                      .map(i -> size - 1 - i)
                      .filter(other -> other % 2 == rank % 2)
                      .boxed()
                      .toList();
              assertThat(part.size()).isEqualTo(expected.size());
              assertThat(part.rank()).isEqualTo(expected.indexOf(rank));
              HostMemory mine = HostMemory.allocate(ElementType.INT64, 1);
              Values.set(mine, 0, rank);
              HostMemory all = HostMemory.allocate(ElementType.INT64, part.size());
              part.allGather(mine, all);
              List<Integer> members = new ArrayList<>();
              for (int i = 0; i < part.size(); i++) {
                members.add(Values.get(all, i).intValue());
              }
              assertThat(members).isEqualTo(expected);
            }
          });
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void twoCommunicatorsWorkAtTheSameTime(CommSettings settings, int size) throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      group.use(
          communicator -> {
            try (Communicator other = communicator.split(0, 0)) {
              Thread background = new Thread(() -> sumRounds(other, 30_001, 40));
              background.start();
              sumRounds(communicator, 11, 400);
              background.join();
              other.barrier();
            }
          });
    }
  }

  private static void sumRounds(Communicator communicator, int length, int rounds) {
    HostMemory memory = HostMemory.allocate(ElementType.FLOAT32, length);
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < length; i++) {
        Values.set(memory, i, round + i);
      }
      communicator.allReduce(memory, Reduction.SUM);
      float expected = (float) communicator.size() * (round + length - 1);
      assertThat(Values.get(memory, length - 1)).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{0}, {1} ranks")
  @MethodSource("groups")
  void argumentsThatCannotBeRightAreRefusedAtOnce(CommSettings settings, int size)
      throws Exception {
    try (TestGroup group = TestGroup.of(settings, size)) {
      Communicator first = group.communicators().get(0);
      HostMemory memory = HostMemory.allocate(ElementType.FLOAT32, 2 * size);
      assertThatThrownBy(() -> first.allGather(memory.slice(0, 1), memory))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(size + " ranks × 1 FLOAT32");
      assertThatThrownBy(() -> first.broadcast(memory, size))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> first.allReduce(new DeviceMemory(4096, ElementType.FLOAT32, 1), Reduction.SUM))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("DeviceMemory");
      group.communicators().forEach(Communicator::close);
      assertThatThrownBy(first::barrier).isInstanceOf(IllegalStateException.class);
    }
  }

  private static HostMemory[] inputs(ElementType type, int length, int size) {
    return IntStream.range(0, size)
        .mapToObj(rank -> Values.random(type, length, 31L * rank + length))
        .toArray(HostMemory[]::new);
  }

  private static byte[] concatenated(HostMemory[] parts) {
    int length = (int) parts[0].bytes();
    byte[] all = new byte[parts.length * length];
    for (int i = 0; i < parts.length; i++) {
      System.arraycopy(Values.bytes(parts[i]), 0, all, i * length, length);
    }
    return all;
  }
}
