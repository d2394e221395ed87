package io.espalier.comm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FaultContractTest {
  /** In which a rank has long heard of another's failure. */
  private static final long NEWS_MILLISECONDS = 200;

  private static final int SIZE = 3;
  private static final double LONG_TIMEOUT_SECONDS = 30;

  /** Shorter than the timeout: a test that only passes by the timeout fails. */
  private static final long PATIENCE_SECONDS = 20;

  static Stream<CommBackend> backends() {
    return TestGroup.hostBackends();
  }

  /** One rank's call that isn't the others'. */
  interface Calls {
    void make(Communicator communicator, HostMemory memory);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherOperationFailsAllRanksAndNamesBothCalls(CommBackend backend) throws Exception {
    assertMismatch(
        backend,
        (one, memory) -> one.allReduce(memory, Reduction.SUM),
        (one, memory) -> one.broadcast(memory, 1),
        "allReduce(SUM) of 8 FLOAT32 as call 0",
        "broadcast from rank 1 of 8 FLOAT32 as call 0");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherLengthFailsAllRanks(CommBackend backend) throws Exception {
    assertMismatch(
        backend,
        (one, memory) -> one.allReduce(memory, Reduction.MAX),
        (one, memory) -> one.allReduce(memory.slice(0, 7), Reduction.MAX),
        "of 8 FLOAT32",
        "of 7 FLOAT32");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anotherTypeFailsAllRanks(CommBackend backend) throws Exception {
    assertMismatch(
        backend,
        (one, memory) -> one.allReduce(memory, Reduction.SUM),
        (one, memory) ->
            one.allReduce(HostMemory.of(memory.buffer(), ElementType.INT64), Reduction.SUM),
        "8 FLOAT32",
        "4 INT64");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aCallTooManyFailsAllRanks(CommBackend backend) throws Exception {
    assertMismatch(
        backend,
        (one, memory) -> one.barrier(),
        (one, memory) -> {
          one.barrier();
          one.allGather(memory.slice(0, 1), memory.slice(0, SIZE));
        },
        "barrier as call",
        "allGather of 1 FLOAT32 as call 1");
  }

  /** Rank 1 makes other calls than the rest; then all go on with barriers until they fail. */
  private static void assertMismatch(
      CommBackend backend, Calls usual, Calls unusual, String... parts) throws Exception {
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, LONG_TIMEOUT_SECONDS), SIZE)) {
      List<String> failures =
          failures(
              group,
              communicator -> {
                HostMemory memory = HostMemory.allocate(ElementType.FLOAT32, 8);
                (communicator.rank() == 1 ? unusual : usual).make(communicator, memory);
                communicator.barrier();
                communicator.barrier();
              });
      assertThat(failures)
          .hasSize(SIZE)
          .allSatisfy(f -> assertThat(f).contains("rank 1", "called"));
      assertThat(failures).anySatisfy(f -> assertThat(f).contains(parts));
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anAbortReachesAllRanksWithItsReasonWhichStays(CommBackend backend) throws Exception {
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, LONG_TIMEOUT_SECONDS), SIZE)) {
      List<String> failures =
          failures(
              group,
              communicator -> {
                if (communicator.rank() == 2) {
                  communicator.abort("the disk is full");
                }
                communicator.barrier();
              });
      assertThat(failures).hasSize(SIZE).containsOnly("rank 2 aborted: the disk is full");
      for (Communicator communicator : group.communicators()) {
        communicator.abort("another reason");
        assertThatThrownBy(communicator::barrier)
            .isInstanceOf(CommunicatorException.class)
            .hasMessage("rank 2 aborted: the disk is full");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anAbortOfAPartFailsTheWhole(CommBackend backend) throws Exception {
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, LONG_TIMEOUT_SECONDS), SIZE)) {
      List<String> failures =
          failures(
              group,
              communicator -> {
                try (Communicator part = communicator.split(communicator.rank() / 2, 0)) {
                  if (communicator.rank() == 1) {
                    part.abort("no more");
                  }
                  communicator.barrier();
                }
              });
      assertThat(failures).hasSize(SIZE).containsOnly("rank 1 aborted: no more");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRankThatClosesFailsThoseWhoNeedItWithinASecond(CommBackend backend) throws Exception {
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, LONG_TIMEOUT_SECONDS), SIZE)) {
      group.use(Communicator::barrier);
      long start = System.nanoTime();
      List<String> failures =
          failures(
              group,
              communicator -> {
                if (communicator.rank() == 0) {
                  communicator.close();
                } else {
                  communicator.barrier();
                }
              });
      assertThat(failures)
          .hasSize(SIZE - 1)
          .allSatisfy(f -> assertThat(f).contains("rank 0 closed its communicator"));
      assertThat(seconds(start)).isLessThan(1);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRankThatNeverCallsFailsTheOthersAtTheDeadline(CommBackend backend) throws Exception {
    double timeoutSeconds = 1;
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, timeoutSeconds), SIZE)) {
      group.use(Communicator::barrier);
      long start = System.nanoTime();
      List<String> failures =
          failures(
              group,
              communicator -> {
                if (communicator.rank() != 1) {
                  communicator.allReduce(
                      HostMemory.allocate(ElementType.FLOAT32, 50_000), Reduction.SUM);
                }
              });
      assertThat(failures)
          .hasSize(SIZE - 1)
          .allSatisfy(f -> assertThat(f).contains("waited 1.0 s for rank 1", "timeout_seconds"));
      assertThat(seconds(start)).isBetween(timeoutSeconds, timeoutSeconds + 1);
      // Else it may meet what rank 0 called before it hears that rank 0 gave up.
      TimeUnit.MILLISECONDS.sleep(NEWS_MILLISECONDS);
      assertThatThrownBy(() -> group.communicators().get(1).barrier())
          .as("the one that wasn't there")
          .isInstanceOf(CommunicatorException.class)
          .hasMessageContaining("for rank 1");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anInterruptedRankFailsAll(CommBackend backend) throws Exception {
    try (TestGroup group = TestGroup.of(TestGroup.settings(backend, LONG_TIMEOUT_SECONDS), SIZE)) {
      group.use(Communicator::barrier);
      List<String> failures =
          failures(
              group,
              communicator -> {
                if (communicator.rank() == 1) {
                  Thread.currentThread().interrupt();
                }
                HostMemory memory = HostMemory.allocate(ElementType.FLOAT32, 8);
                for (int round = 0; communicator.rank() == 1 || round < 2; round++) {
                  if (communicator.rank() != 1) {
                    Thread.sleep(200);
                  }
                  communicator.allReduce(memory, Reduction.SUM);
                }
                communicator.barrier();
              });
      assertThat(failures)
          .hasSize(SIZE)
          .allSatisfy(f -> assertThat(f).contains("rank 1 was interrupted"));
    }
  }

  @Test
  void aThreadThatEndsFailsTheOthersWithinASecond() throws Exception {
    List<Communicator> communicators = InProcessBackend.communicators(SIZE, LONG_TIMEOUT_SECONDS);
    Thread mortal = new Thread(() -> communicators.get(1).barrier());
    mortal.start();
    try (Ranks ranks = new Ranks(SIZE)) {
      List<Future<Integer>> others =
          ranks.start(
              rank -> {
                if (rank != 1) {
                  communicators.get(rank).barrier();
                }
                return rank;
              });
      for (Future<Integer> other : others) {
        other.get(10, TimeUnit.SECONDS);
      }
      mortal.join();
      long start = System.nanoTime();
      assertThatThrownBy(() -> communicators.get(0).barrier())
          .isInstanceOf(CommunicatorException.class)
          .hasMessageContaining("rank 1 died");
      assertThat(seconds(start)).isLessThan(1);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** The messages of the ranks that failed. */
  private static List<String> failures(TestGroup group, Ranks.Use use) throws Exception {
    List<Future<Integer>> tasks =
        group
            .ranks()
            .start(
                rank -> {
                  use.by(group.communicators().get(rank));
                  return rank;
                });
    List<String> failures = new ArrayList<>();
    for (Future<Integer> task : tasks) {
      try {
        task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(CommunicatorException.class);
        failures.add(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
      }
    }
    return failures;
  }
}
